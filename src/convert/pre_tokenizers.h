// Owns how GGUF's named pre-tokenizers are said in tokenizer.json.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"

namespace temper::conversion {

struct TextSplit {
  Json normalizer; // null for none
  Json pre_tokenizer;
  bool ignore_merges = false; // whole words of the vocabulary come first
  bool adds_bos = false; // when the file does not say
};

// Nothing for a name that is not known.
std::optional<TextSplit> text_split(const std::string& pre);

} // namespace temper::conversion
