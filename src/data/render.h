// Rows to text, with the bytes that are learned.
#pragma once

#include <string>
#include <vector>

#include "data/faults.h"
#include "data/schema.h"
#include "text/chat_template.h"
#include "text/tokenizer.h"

namespace temper::data {

struct RenderedRow {
  std::string text;
  std::vector<text::ByteSpan> learned;
};

struct RenderedRows {
  std::vector<RenderedRow> rows;
  Sightings lost_turns; // rows with turns whose place could not be told
  Sightings special_tokens; // rows whose messages hold a special token
};

// Rows that were checked. `chat_template` may be null for text alone. A row
// that the template refuses is listed; throws invalid_data with all of them.
RenderedRows render_rows(
    const std::vector<io::JsonlRow>& rows,
    Schema schema,
    TrainOn train_on,
    const text::Tokenizer& tokenizer,
    const text::ChatTemplate* chat_template);

} // namespace temper::data
