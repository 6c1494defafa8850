// Owns tokenizer.json and tokenizer_config.json made from GGUF metadata.
#pragma once

#include <string>

#include "convert/gguf_metadata.h"

namespace temper::conversion {

struct TokenizerFiles {
  std::string tokenizer; // tokenizer.json
  std::string config; // tokenizer_config.json
};

// Byte-level BPE alone (tokenizer.ggml.model gpt2). Throws incompatible for
// other models and unknown pre-tokenizers, corrupt_file for tokens and merges
// that contradict each other. There may be at most `vocab_size` tokens.
TokenizerFiles
tokenizer_from_gguf(const GgufMetadata& metadata, std::int64_t vocab_size);

} // namespace temper::conversion
