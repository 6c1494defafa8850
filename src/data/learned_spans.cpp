#include "data/learned_spans.h"

#include <algorithm>

#include "temper/error.h"

namespace temper::data {
namespace {

// Nothing when the template refuses so short a conversation.
std::optional<std::string> render_first(
    const text::ChatTemplate& chat_template,
    const Json& messages,
    std::size_t count,
    const Json& tools,
    bool add_generation_prompt) {
  Json first(messages.begin(), messages.begin() + std::ptrdiff_t(count));
  try {
    return chat_template.render(first, tools, add_generation_prompt).text;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_data) throw;
    return std::nullopt;
  }
}

// The bytes of message `index` in the whole text, if they can be told.
std::optional<text::ByteSpan> turn_span(
    const text::ChatTemplate& chat_template,
    const Json& messages,
    const Json& tools,
    std::size_t index,
    const std::string& whole) {
  const auto before = render_first(chat_template, messages, index, tools, true);
  if (!before || !whole.starts_with(*before)) return std::nullopt;
  if (index + 1 == messages.size()) {
    return text::ByteSpan{before->size(), whole.size()};
  }
  const auto after =
      render_first(chat_template, messages, index + 1, tools, false);
  if (!after || !whole.starts_with(*after) || after->size() < before->size()) {
    return std::nullopt;
  }
  return text::ByteSpan{before->size(), after->size()};
}

LearnedSpans derived_turns(
    const text::ChatTemplate& chat_template,
    const Json& messages,
    const Json& tools,
    const std::string& whole,
    TrainOn train_on) {
  LearnedSpans result;
  for (std::size_t i = messages.size(); i-- > 0;) {
    if (messages[i]["role"] != "assistant") continue;
    const auto span = turn_span(chat_template, messages, tools, i, whole);
    if (span) {
      result.spans.insert(result.spans.begin(), *span);
    } else {
      ++result.lost_turns;
    }
    if (train_on == TrainOn::last) break;
  }
  return result;
}

} // namespace

LearnedSpans learned_spans(
    const text::ChatTemplate& chat_template,
    const Json& messages,
    const Json& tools,
    const text::RenderedChat& whole,
    TrainOn train_on) {
  if (train_on == TrainOn::all) return {{{0, whole.text.size()}}, 0};
  if (!chat_template.marks_generation()) {
    return derived_turns(chat_template, messages, tools, whole.text, train_on);
  }
  LearnedSpans marked{whole.generated, 0};
  if (train_on == TrainOn::last && !marked.spans.empty()) {
    marked.spans = {marked.spans.back()};
  }
  return marked;
}

std::vector<std::uint8_t> mask_of_spans(
    const std::vector<text::ByteSpan>& tokens,
    const std::vector<text::ByteSpan>& learned) {
  std::vector<std::uint8_t> mask(tokens.size(), 0);
  auto span = learned.begin();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    while (span != learned.end() && span->end <= tokens[i].begin)
      ++span;
    if (span == learned.end()) break;
    // A token without bytes of its own stands at one place.
    const auto end = std::max(tokens[i].end, tokens[i].begin + 1);
    mask[i] = i > 0 && end > span->begin;
  }
  return mask;
}

} // namespace temper::data
