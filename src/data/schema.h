// The three kinds of rows, and whether a row is one.
//
//   chat         {"messages": [{"role", "content"}, ...], "tools"?: [...]}
//   completions  {"prompt": text, "completion": text, "tools"?: [...]}
//   text         {"text": text}
#pragma once

#include <vector>

#include "data/train_on.h"
#include "io/jsonl.h"

namespace temper::data {

enum class Schema { completions, chat, text };

// The kind of a file is that of its first row, looked up in mlx-lm's order:
// completions, chat, text. Throws invalid_data when it is none.
Schema detect_schema(const std::vector<io::JsonlRow>& rows);

// Throws invalid_data with every row that does not fit, or has nothing to
// learn.
void check_rows(
    const std::vector<io::JsonlRow>& rows,
    Schema schema,
    TrainOn train_on);

} // namespace temper::data
