#include "eval/question.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "temper/error.h"

namespace temper::eval {
namespace {

// Writes "role:content;" for each message, then "assistant:".
class PlainTemplate : public text::ChatTemplate {
 public:
  text::RenderedChat render(
      const Json& messages,
      const Json& tools,
      bool add_generation_prompt,
      const Json&) const override {
    std::string result = tools.is_null() ? "" : "tools" + tools.dump() + ";";
    for (const auto& message : messages) {
      result += message["role"].get<std::string>() + ":" +
          message["content"].get<std::string>() + ";";
    }
    if (add_generation_prompt) result += "assistant:";
    return {result, {}};
  }
  bool marks_generation() const override { return false; }
};

const PlainTemplate kPlain;

Question
ask(const std::string& row, const text::ChatTemplate* chat_template = &kPlain) {
  return question_of({Json::parse(row), "test.jsonl:3"}, chat_template);
}

std::string refusal(
    const std::string& row,
    const text::ChatTemplate* chat_template = &kPlain) {
  try {
    ask(row, chat_template);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_data);
    return error.message();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

TEST(Question, asks_what_comes_before_the_last_assistant_turn) {
  const auto question = ask(R"({"messages": [
    {"role": "system", "content": "s"}, {"role": "user", "content": "u1"},
    {"role": "assistant", "content": "a1"}, {"role": "user", "content": "u2"},
    {"role": "assistant", "content": " a2\n"}]})");
  EXPECT_EQ(
      question.prompt, "system:s;user:u1;assistant:a1;user:u2;assistant:");
  EXPECT_EQ(question.reference, "a2");
  EXPECT_EQ(question.asked, "u2");
}

TEST(Question, ignores_what_follows_the_last_assistant_turn) {
  const auto question = ask(R"({"messages": [
    {"role": "user", "content": "u"}, {"role": "assistant", "content": "a"},
    {"role": "user", "content": "thanks"}]})");
  EXPECT_EQ(question.prompt, "user:u;assistant:");
  EXPECT_EQ(question.reference, "a");
}

TEST(Question, hands_tools_to_the_template) {
  const auto question = ask(R"({"tools": [1], "messages": [
    {"role": "user", "content": "u"}, {"role": "assistant", "content": "a"}]})");
  EXPECT_EQ(question.prompt, "tools[1];user:u;assistant:");
}

TEST(Question, a_completion_is_a_user_turn_and_its_reply) {
  const std::string row = R"({"prompt": "p", "completion": "c "})";
  EXPECT_EQ(ask(row).prompt, "user:p;assistant:");
  EXPECT_EQ(ask(row).reference, "c");
  EXPECT_EQ(ask(row, nullptr).prompt, "p");
}

TEST(Question, a_row_without_a_reply_is_refused) {
  const std::string expected =
      "test.jsonl:3: no assistant turn follows another message; exact match "
      "needs a reply to compare with. Add one or remove the row.";
  EXPECT_EQ(
      refusal(R"({"messages": [{"role": "user", "content": "u"}]})"), expected);
  EXPECT_EQ(
      refusal(R"({"messages": [{"role": "assistant", "content": "a"}]})"),
      expected);
  EXPECT_EQ(refusal(R"({"messages": []})"), expected);
}

TEST(Question, a_row_of_text_is_refused) {
  EXPECT_EQ(
      refusal(R"({"text": "t"})"),
      "test.jsonl:3: found no \"messages\", and no \"prompt\" that is text; "
      "exact match needs chat or completions rows. Use such a data set.");
}

TEST(Question, a_message_without_text_is_refused) {
  EXPECT_EQ(
      refusal(R"({"messages": [{"role": "user", "content": "u"},
                               {"role": "assistant", "content": null}]})"),
      "test.jsonl:3: a message has no \"content\" that is text; exact match "
      "needs it. Add one or remove the row.");
}

TEST(Question, chat_without_a_template_is_refused) {
  EXPECT_EQ(
      refusal(R"({"messages": []})", nullptr),
      "test.jsonl:3: a chat row needs a chat template and the model has none. "
      "Use a chat model, or rows of \"prompt\" and \"completion\".");
}

TEST(Question, odd_rows_are_refused_without_a_crash) {
  for (const char* row :
       {"[]",
        "1",
        R"({"messages": 1})",
        R"({"messages": [1, 2]})",
        R"({"messages": [{"role": 1}]})",
        R"({"prompt": 1, "completion": "c"})",
        R"({"prompt": "p"})"}) {
    EXPECT_THAT(refusal(row), testing::StartsWith("test.jsonl:3: ")) << row;
  }
}

TEST(Question, trimming_takes_white_space_from_both_ends_alone) {
  EXPECT_EQ(trimmed(" \t a b \r\n"), "a b");
  EXPECT_EQ(trimmed(" \n"), "");
  EXPECT_EQ(trimmed(""), "");
}

} // namespace
} // namespace temper::eval
