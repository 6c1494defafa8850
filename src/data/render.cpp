#include "data/render.h"

#include "data/learned_spans.h"
#include "data/special_text.h"

namespace temper::data {
namespace {

struct Conversation {
  Json messages, tools;
};

Conversation conversation_of(const Json& row, Schema schema) {
  const Json tools = row.value("tools", Json());
  if (schema == Schema::chat) return {row["messages"], tools};
  return {
      Json::array(
          {{{"role", "user"}, {"content", row["prompt"]}},
           {{"role", "assistant"}, {"content", row["completion"]}}}),
      tools};
}

bool holds_special_text(
    const Json& messages,
    const text::Tokenizer& tokenizer) {
  for (const auto& message : messages) {
    const auto content = message.find("content");
    if (content != message.end() && content->is_string() &&
        special_text(content->get_ref<const std::string&>(), tokenizer)) {
      return true;
    }
  }
  return false;
}

} // namespace

RenderedRows render_rows(
    const std::vector<io::JsonlRow>& rows,
    Schema schema,
    TrainOn train_on,
    const text::Tokenizer& tokenizer,
    const text::ChatTemplate* chat_template) {
  RenderedRows result;
  Faults faults;
  for (const auto& row : rows) {
    if (schema == Schema::text) {
      auto text = row.value["text"].get<std::string>();
      result.rows.push_back({std::move(text), {}});
      continue;
    }
    const auto [messages, tools] = conversation_of(row.value, schema);
    if (holds_special_text(messages, tokenizer)) {
      result.special_tokens.add(row.source);
    }
    try {
      auto whole = chat_template->render(messages, tools, false);
      auto learned =
          learned_spans(*chat_template, messages, tools, whole, train_on);
      if (learned.lost_turns > 0) result.lost_turns.add(row.source);
      result.rows.push_back({std::move(whole.text), std::move(learned.spans)});
    } catch (const Error& error) {
      if (error.code() != ErrorCode::invalid_data) throw;
      faults.add(
          row.source,
          "the chat template refuses the messages: " + error.message(),
          "Correct or remove the line.");
    }
  }
  faults.throw_if_any();
  return result;
}

} // namespace temper::data
