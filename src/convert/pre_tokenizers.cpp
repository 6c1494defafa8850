#include "convert/pre_tokenizers.h"

namespace temper::conversion {

namespace {

// The patterns that the tokenizer.json of Llama 3 and of Qwen 2 publish; they
// differ in how many digits stay together.
const char* const kLlama3 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
    R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
const char* const kQwen2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|)"
    R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

Json byte_level(bool use_regex) {
  return {
      {"type", "ByteLevel"},
      {"add_prefix_space", false},
      {"trim_offsets", true},
      {"use_regex", use_regex}};
}

Json sequence(Json first, Json second) {
  return {
      {"type", "Sequence"},
      {"pretokenizers", Json::array({std::move(first), std::move(second)})}};
}

Json split_by(const char* pattern) {
  const Json split = {
      {"type", "Split"},
      {"pattern", {{"Regex", pattern}}},
      {"behavior", "Isolated"},
      {"invert", false}};
  return sequence(split, byte_level(false));
}

} // namespace

std::optional<TextSplit> text_split(const std::string& pre) {
  if (pre == "gpt-2" || pre == "default") {
    return TextSplit{nullptr, byte_level(true)};
  }
  if (pre == "smollm") {
    const Json digits = {{"type", "Digits"}, {"individual_digits", true}};
    return TextSplit{nullptr, sequence(digits, byte_level(true))};
  }
  if (pre == "llama-bpe") {
    return TextSplit{
        nullptr,
        split_by(kLlama3),
        /* ignore_merges= */ true,
        /* adds_bos= */ true};
  }
  if (pre == "qwen2") {
    const Json nfc = {{"type", "NFC"}};
    return TextSplit{nfc, split_by(kQwen2)};
  }
  return std::nullopt;
}

} // namespace temper::conversion
