// Loss, perplexity and exact match on one split of a data set.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "temper/cancel.h"
#include "temper/events.h"
#include "temper/option.h"

namespace temper {

struct EvaluateConfig {
  std::string model;
  std::optional<std::string> adapter_path;
  std::string data;
  std::string split = "test";
  int batch_size = 4;
  int max_seq_length = 2048;
  std::optional<std::string> train_on;
  bool exact_match = false;
  int max_tokens = 256;
  int limit = 0;

  static void describe(auto& c, auto&& field) {
    field("model", c.model, "Folder of the model (see temper convert).");
    field("adapter_path", c.adapter_path, "Folder of an adapter to apply.");
    field("data", c.data, "Folder with the data set.");
    field(
        "split",
        c.split,
        "Which file of it.",
        one_of({"train", "valid", "test"}));
    field("batch_size", c.batch_size, "Rows in a batch.", at_least(1));
    field(
        "max_seq_length",
        c.max_seq_length,
        "Rows are cut to this many tokens.",
        at_least(2));
    field(
        "train_on",
        c.train_on,
        "Tokens whose loss counts; as in temper lora.",
        one_of({"all", "assistant", "last"}));
    field(
        "exact_match",
        c.exact_match,
        "Generate greedy answers to each row's last turn and compare them "
        "with the reference.");
    field(
        "max_tokens",
        c.max_tokens,
        "Most tokens of a generated answer.",
        at_least(1));
    field("limit", c.limit, "Use the first rows only; 0: all.", at_least(0));
  }
};

struct EvaluateResult {
  EvaluationDone loss;
  std::int64_t rows = 0;
  std::optional<int> exact_matches; // of `rows`, when asked for
  double seconds = 0;
  std::int64_t peak_memory_bytes = 0;
};

// Emits EvaluationDone, and AnswerJudged for every row of an exact match.
// Throws Error: invalid_config, invalid_data, not_found, incompatible.
EvaluateResult evaluate(
    const EvaluateConfig& config,
    Observer* observer = nullptr,
    const Cancel* cancel = nullptr);

} // namespace temper
