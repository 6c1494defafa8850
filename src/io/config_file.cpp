#include "io/config_file.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/file_system.h"
#include "base/format.h"
#include "base/utf8.h"
#include "io/yaml_scalar.h"

namespace temper::io {
namespace {

constexpr std::size_t max_depth = 64;
constexpr std::size_t max_size = 1u << 20;
constexpr const char* text_tag = "tag:yaml.org,2002:str";

// Builds the value from the parser's events. yaml-cpp's own nodes are not used:
// they keep the first of two equal keys, and aliases let a small file stand for
// a huge value, so aliases are refused here.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(const std::string& name) : name_(name) {}

  Json take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) fail(mark, "a second document. Keep one in a file.");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    if (expects_key()) fail(mark, "a key is empty. Name it.");
    insert(Json());
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail(mark, "aliases (*name) are not supported. Write the value out.");
  }

  void OnScalar(
      const YAML::Mark& mark,
      const std::string& tag,
      YAML::anchor_t,
      const std::string& value) override {
    if (expects_key()) return take_key(mark, value);
    const bool text = tag == "!" || tag == text_tag;
    if (!text) check_tag(mark, tag);
    insert(text ? Json(value) : yaml_scalar(value));
  }

  void OnSequenceStart(
      const YAML::Mark& mark,
      const std::string& tag,
      YAML::anchor_t,
      YAML::EmitterStyle::value) override {
    open(mark, tag, Json::array());
  }
  void OnSequenceEnd() override { open_.pop_back(); }

  void OnMapStart(
      const YAML::Mark& mark,
      const std::string& tag,
      YAML::anchor_t,
      YAML::EmitterStyle::value) override {
    open(mark, tag, Json::object());
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  struct Open {
    Json* value;
    std::unordered_set<std::string> keys;
    bool has_key = false;
  };

  [[noreturn]] void fail(const YAML::Mark& mark, const std::string& text) {
    throw make_error(
        ErrorCode::invalid_config, "{}:{}: {}", name_, mark.line + 1, text);
  }

  bool expects_key() const {
    return !open_.empty() && open_.back().value->is_object() &&
        !open_.back().has_key;
  }

  void take_key(const YAML::Mark& mark, const std::string& key) {
    if (!open_.back().keys.insert(key).second) {
      fail(
          mark,
          format("the key {} is given twice. Keep one of them.", quote(key)));
    }
    key_ = key;
    open_.back().has_key = true;
  }

  Json* insert(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Open& parent = open_.back();
    if (parent.value->is_array()) {
      parent.value->push_back(std::move(value));
      return &parent.value->back();
    }
    parent.has_key = false;
    Json& slot = (*parent.value)[key_];
    slot = std::move(value);
    return &slot;
  }

  void open(const YAML::Mark& mark, const std::string& tag, Json value) {
    if (expects_key()) fail(mark, "a key is not a word. Quote it.");
    check_tag(mark, tag);
    if (open_.size() == max_depth) {
      fail(
          mark, format("nested deeper than {} levels. Flatten it.", max_depth));
    }
    open_.push_back({insert(std::move(value)), {}});
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    fail(mark, format("the tag {} is not supported. Remove it.", quote(tag)));
  }

  const std::string& name_;
  Json root_ = Json::object();
  std::vector<Open> open_;
  std::string key_;
  int documents_ = 0;
};

Json parse_yaml(const std::string& text, const std::string& name) {
  if (auto position = find_invalid_utf8(text)) {
    auto end = text.begin() + static_cast<std::ptrdiff_t>(*position);
    throw make_error(
        ErrorCode::invalid_config,
        "{}:{}: not valid UTF-8. Save the file as UTF-8.",
        name,
        std::count(text.begin(), end, '\n') + 1);
  }
  Builder builder(name);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {}
  } catch (const YAML::Exception& error) {
    throw make_error(
        ErrorCode::invalid_config,
        "{}:{}: not valid YAML: {}. Correct the line.",
        name,
        error.mark.line + 1,
        error.msg);
  }
  return builder.take();
}

bool is_json(const std::string& name) {
  return name.ends_with(".json");
}

} // namespace

Json read_yaml_file(const std::string& path) {
  const auto name = file_name(path);
  Json value;
  try {
    const auto text = read_file(path, max_size);
    value = is_json(name) ? parse_json(text, name) : parse_yaml(text, name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::corrupt_file) throw;
    throw Error(ErrorCode::invalid_config, error.message());
  }
  if (value.is_null()) return Json::object();
  if (!value.is_object()) {
    throw make_error(
        ErrorCode::invalid_config,
        "{}: the file holds {}, and options by name are expected. Write "
        "\"name: value\" lines.",
        name,
        value.type_name());
  }
  return value;
}

} // namespace temper::io
