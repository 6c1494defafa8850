#include "eval/question.h"

#include "base/format.h"

namespace temper::eval {

namespace {

[[noreturn]] void refuse(const io::JsonlRow& row, const std::string& problem) {
  throw make_error(ErrorCode::invalid_data, "{}: {}", row.source, problem);
}

std::string content_of(const io::JsonlRow& row, const Json& message) {
  const auto content = message.find("content");
  if (content != message.end() && content->is_string()) {
    return content->get<std::string>();
  }
  refuse(
      row,
      "a message has no \"content\" that is text; exact match needs it. Add "
      "one or remove the row.");
}

std::string role_of(const io::JsonlRow& row, const Json& message) {
  if (message.is_object()) {
    const auto role = message.find("role");
    if (role != message.end() && role->is_string()) {
      return role->get<std::string>();
    }
  }
  refuse(
      row,
      "a message is no object with a \"role\"; expected {\"role\": ..., "
      "\"content\": ...}. Correct the row.");
}

std::string render(
    const io::JsonlRow& row,
    const text::ChatTemplate& chat_template,
    const Json& messages) {
  const auto tools = row.value.find("tools");
  try {
    return chat_template
        .render(
            messages,
            tools == row.value.end() ? Json() : *tools,
            /* add_generation_prompt= */ true)
        .text;
  } catch (Error& error) {
    error.add_context(row.source);
    throw;
  }
}

Question chat_question(
    const io::JsonlRow& row,
    const Json& messages,
    const text::ChatTemplate* chat_template) {
  if (!messages.is_array()) {
    refuse(row, "\"messages\" is no array; expected one. Correct the row.");
  }
  if (!chat_template) {
    refuse(
        row,
        "a chat row needs a chat template and the model has none. Use a "
        "chat model, or rows of \"prompt\" and \"completion\".");
  }
  std::size_t last = messages.size();
  while (last > 0 && role_of(row, messages[last - 1]) != "assistant")
    --last;
  if (last < 2) {
    refuse(
        row,
        "no assistant turn follows another message; exact match needs a "
        "reply to compare with. Add one or remove the row.");
  }
  Json before = Json::array();
  for (std::size_t i = 0; i + 1 < last; ++i)
    before.push_back(messages[i]);
  return {
      content_of(row, before.back()),
      render(row, *chat_template, before),
      trimmed(content_of(row, messages[last - 1]))};
}

std::string text_field(const io::JsonlRow& row, const char* key) {
  const auto value = row.value.find(key);
  if (value != row.value.end() && value->is_string()) {
    return value->get<std::string>();
  }
  refuse(
      row,
      format(
          "found no \"messages\", and no \"{}\" that is text; exact match "
          "needs chat or completions rows. Use such a data set.",
          key));
}

} // namespace

std::string trimmed(const std::string& text) {
  const char* const white = " \t\r\n\v\f";
  const auto begin = text.find_first_not_of(white);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(white) - begin + 1);
}

Question
question_of(const io::JsonlRow& row, const text::ChatTemplate* chat_template) {
  if (!row.value.is_object()) {
    refuse(row, "the row is no object; expected one. Correct the row.");
  }
  const auto messages = row.value.find("messages");
  if (messages != row.value.end()) {
    return chat_question(row, *messages, chat_template);
  }
  const std::string prompt = text_field(row, "prompt");
  const std::string reference = trimmed(text_field(row, "completion"));
  if (!chat_template) return {prompt, prompt, reference};
  const Json turn = {{"role", "user"}, {"content", prompt}};
  return {prompt, render(row, *chat_template, Json::array({turn})), reference};
}

} // namespace temper::eval
