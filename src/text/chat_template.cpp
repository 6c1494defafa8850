#include "text/chat_template.h"

#include "base/file_system.h"
#include "base/format.h"
#include "text/bridge.h"
#include "text/special_tokens.h"

namespace temper::text {

namespace {

constexpr std::size_t kMaxFile = 1u << 20; // the bridge's own limit is below

struct Source {
  std::string text;
  std::string path; // for messages
};

class FolderTemplate : public ChatTemplate {
 public:
  FolderTemplate(const Source& source, SpecialTokenNames tokens)
      : bridge_(source.text, source.path), tokens_(std::move(tokens)) {}

  RenderedChat render(
      const Json& messages,
      const Json& tools,
      bool add_generation_prompt,
      const Json& extra) const override {
    Json variables = Json::object();
    for (const auto& [name, text] : tokens_)
      variables[name] = text;
    variables["documents"] = nullptr;
    for (const auto& [name, value] : extra.items())
      variables[name] = value;
    variables["messages"] = messages;
    variables["tools"] = tools;
    variables["add_generation_prompt"] = add_generation_prompt;
    return bridge_.render(variables);
  }

  bool marks_generation() const override { return bridge_.marks_generation(); }

 private:
  BridgeTemplate bridge_;
  SpecialTokenNames tokens_;
};

Error not_a_template(const std::string& path) {
  return make_error(
      ErrorCode::corrupt_file,
      "{}: \"chat_template\" is neither a text nor a list with an entry named "
      "\"default\".",
      path);
}

// A text, or a list of {"name", "template"} of which the default is taken.
std::string template_text(const Json& value, const std::string& path) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) throw not_a_template(path);
  for (const auto& entry : value)
    if (entry.is_object() && entry.value("name", Json()) == "default")
      return template_text(entry.value("template", Json()), path);
  throw not_a_template(path);
}

std::optional<Source> find_source(const std::string& folder) {
  auto path = join_path(folder, "chat_template.jinja");
  if (exists(path)) return Source{read_file(path, kMaxFile), path};
  for (const char* file : {"chat_template.json", "tokenizer_config.json"}) {
    auto object = read_optional_object(folder, file);
    if (!object || object->value("chat_template", Json()).is_null()) continue;
    path = join_path(folder, file);
    return Source{template_text(object->at("chat_template"), path), path};
  }
  return std::nullopt;
}

} // namespace

std::unique_ptr<ChatTemplate> load_chat_template(const std::string& folder) {
  auto source = find_source(folder);
  if (!source) return nullptr;
  return std::make_unique<FolderTemplate>(*source, read_special_tokens(folder));
}

} // namespace temper::text
