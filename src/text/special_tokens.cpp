#include "text/special_tokens.h"

#include <array>

#include "base/file_system.h"
#include "base/format.h"
#include "io/hf_config.h"

namespace temper::text {

namespace {

constexpr std::array kNames = {
    "bos_token",
    "eos_token",
    "unk_token",
    "sep_token",
    "pad_token",
    "cls_token",
    "mask_token"};

// A token is its text, or an object that holds the text as "content".
void add_tokens(
    const Json& object,
    const std::string& path,
    SpecialTokenNames& tokens) {
  for (const char* name : kNames) {
    auto entry = object.find(name);
    if (entry == object.end() || entry->is_null()) continue;
    const Json* text = &*entry;
    if (entry->is_object() && entry->contains("content"))
      text = &entry->at("content");
    if (!text->is_string())
      throw make_error(
          ErrorCode::corrupt_file,
          "{}: \"{}\" is {}; a token's text was expected.",
          path,
          name,
          text->type_name());
    tokens.emplace(name, text->get<std::string>());
  }
}

} // namespace

std::optional<Json>
read_optional_object(const std::string& folder, const std::string& file) {
  auto path = join_path(folder, file);
  if (!exists(path)) return std::nullopt;
  return io::read_json_object(path);
}

SpecialTokenNames read_special_tokens(const std::string& folder) {
  SpecialTokenNames tokens;
  for (const char* file : {"tokenizer_config.json", "special_tokens_map.json"})
    if (auto object = read_optional_object(folder, file))
      add_tokens(*object, join_path(folder, file), tokens);
  return tokens;
}

} // namespace temper::text
