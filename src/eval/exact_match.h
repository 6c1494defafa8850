// Owns exact match: greedy answers to the last turn of each row, against the
// reference.
#pragma once

#include <cstdint>
#include <string>

#include "nn/causal_lm.h"
#include "temper/cancel.h"
#include "temper/events.h"
#include "text/chat_template.h"
#include "text/tokenizer.h"

namespace temper::eval {

struct ExactMatchOptions {
  int max_tokens = 256;
  int limit = 0; // rows judged; 0: all
};

struct ExactMatch {
  std::int64_t rows = 0; // judged, fewer than asked for when cancelled
  int exact = 0;
};

// `file` is JSON lines of chat ("messages") or completions ("prompt",
// "completion"). An answer is exact when it equals the reference, both without
// white space around them. `chat_template` may be null for completions; their
// prompt then stands as it is. Emits AnswerJudged for each row; `observer` and
// `cancel` may be null. Throws invalid_data for a row without a reply, and for
// text rows.
ExactMatch judge_answers(
    nn::CausalLM& model,
    const text::Tokenizer& tokenizer,
    const text::ChatTemplate* chat_template,
    const std::string& file,
    const ExactMatchOptions& options,
    Observer* observer,
    const Cancel* cancel);

} // namespace temper::eval
