// Which bytes of a rendered conversation are learned.
//
// The template says it itself when it has {% generation %} blocks. Otherwise
// the turn of message i begins where render(messages[:i]) with the generation
// prompt ends, and ends where render(messages[:i + 1]) ends, provided both are
// beginnings of the whole text. Templates that rewrite earlier turns (dropping
// their reasoning, say) break that for those turns.
#pragma once

#include <vector>

#include "data/train_on.h"
#include "text/chat_template.h"

namespace temper::data {

struct LearnedSpans {
  std::vector<text::ByteSpan> spans; // in order, disjoint
  int lost_turns = 0; // assistant turns whose place could not be derived
};

// `whole` is what the template renders for messages and tools.
LearnedSpans learned_spans(
    const text::ChatTemplate& chat_template,
    const Json& messages,
    const Json& tools,
    const text::RenderedChat& whole,
    TrainOn train_on);

// 1 for each token that shares a byte with a span; never for the first token.
std::vector<std::uint8_t> mask_of_spans(
    const std::vector<text::ByteSpan>& tokens,
    const std::vector<text::ByteSpan>& learned);

} // namespace temper::data
