#include "base/json.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/format.h"
#include "base/utf8.h"

namespace temper {
namespace {

// Deeper than any file of ours or of Hugging Face's, and far from the end of a
// thread's stack for whoever walks the value.
constexpr std::size_t max_depth = 64;

std::string place(std::string_view text, std::size_t position) {
  position = std::min(position, text.size());
  auto before = text.substr(0, position);
  auto line_start = before.rfind('\n');
  auto column =
      line_start == before.npos ? position : position - line_start - 1;
  if (text.find('\n') == text.npos) return format("column {}", column);
  auto line = std::count(before.begin(), before.end(), '\n') + 1;
  return format("line {}, column {}", line, column);
}

// nlohmann says "[json.exception...] parse error at ...: syntax error while
// parsing value - unexpected ...; last read: '...'; expected ...". What comes
// after the dash is for people, but for the text read, which can be the file.
std::string reason(std::string what) {
  constexpr std::size_t longest = 160;
  const auto dash = what.find(" - ");
  const auto bracket = what.find("] ");
  if (dash != what.npos) {
    what.erase(0, dash + 3);
  } else if (bracket != what.npos) {
    what.erase(0, bracket + 2);
  }
  const auto read = what.find("; last read: ");
  if (read != what.npos) {
    const auto expected = what.rfind("; expected ");
    const bool after = expected != what.npos && expected > read;
    what.erase(read, after ? expected - read : what.npos);
  }
  if (what.size() > longest) what = what.substr(0, longest) + "...";
  return what;
}

// Builds the value from the parser's events. Members are appended without the
// search that ordered_json makes for each key, which is quadratic; the set of
// keys beside each open object finds a repeated one instead.
class Builder : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, const std::string& name)
      : text_(text), name_(name) {}

  Json take() { return std::move(root_); }

  bool null() override { return add(Json()); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override {
    return add(value);
  }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t& value) override { return add(std::move(value)); }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_array() override { return close(); }

  bool key(string_t& value) override {
    if (!open_.back().keys.insert(value).second) {
      throw make_error(
          ErrorCode::corrupt_file,
          "{}: the key {} is given twice in one object. Keep one of them.",
          name_,
          quote(value));
    }
    key_ = std::move(value);
    return true;
  }

  bool parse_error(
      std::size_t position,
      const std::string&,
      const nlohmann::detail::exception& error) override {
    throw make_error(
        ErrorCode::corrupt_file,
        "{}: not valid JSON at {}: {}.",
        name_,
        place(text_, position),
        reason(error.what()));
  }

 private:
  struct Open {
    Json* value;
    std::unordered_set<std::string> keys;
  };

  Json* insert(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *open_.back().value;
    if (parent.is_array()) {
      auto& items = parent.get_ref<Json::array_t&>();
      return &items.emplace_back(std::move(value));
    }
    Json::object_t::Container& members = parent.get_ref<Json::object_t&>();
    return &members.emplace_back(std::move(key_), std::move(value)).second;
  }

  bool add(Json value) {
    insert(std::move(value));
    return true;
  }

  bool open(Json value) {
    if (open_.size() == max_depth) {
      throw make_error(
          ErrorCode::corrupt_file,
          "{}: JSON nested deeper than {} levels. Flatten it.",
          name_,
          max_depth);
    }
    open_.push_back({insert(std::move(value)), {}});
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::string_view text_;
  const std::string& name_;
  Json root_;
  std::vector<Open> open_;
  std::string key_;
};

} // namespace

Json parse_json(std::string_view text, const std::string& name) {
  if (auto position = find_invalid_utf8(text)) {
    throw make_error(
        ErrorCode::corrupt_file,
        "{}: not valid UTF-8 at {}. Save it as UTF-8.",
        name,
        place(text, *position + 1));
  }
  Builder builder(text, name);
  Json::sax_parse(text, &builder);
  return builder.take();
}

std::string dump_sorted(const Json& value) {
  // As Python's json.dump, which escapes all but ASCII unless told not to.
  return nlohmann::json(value).dump(4, ' ', /* ensure_ascii= */ true);
}

} // namespace temper
