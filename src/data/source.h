// From a split's file to examples.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/example.h"
#include "data/train_on.h"
#include "text/chat_template.h"
#include "text/tokenizer.h"

namespace temper::data {

struct RenderOptions {
  // Default: assistant for chat and completions, all for text.
  std::optional<TrainOn> train_on;
  int max_seq_length = 2048;
  bool mask_prompt = false; // the same as TrainOn::assistant
};

struct LoadReport {
  std::int64_t rows = 0; // that can be learned from
  std::int64_t truncated = 0;
  std::int64_t total_tokens = 0, supervised_tokens = 0;
  std::vector<std::string> warnings;
};

// The rows of FOLDER/SPLIT.jsonl in order; none when there is no such file.
// `chat_template` may be null; `report` too. Throws invalid_data with every
// faulty row, invalid_config for options the rows contradict, and incompatible
// for conversations without a template.
std::vector<Example> load_split(
    const std::string& folder,
    const std::string& split,
    const text::Tokenizer& tokenizer,
    const text::ChatTemplate* chat_template,
    const RenderOptions& options,
    LoadReport* report);

} // namespace temper::data
