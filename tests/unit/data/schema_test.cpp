#include "data/schema.h"

#include "fakes.h"

namespace temper::data {
namespace {

std::vector<io::JsonlRow> rows_of(const std::vector<std::string>& lines) {
  std::vector<io::JsonlRow> rows;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    rows.push_back(
        {Json::parse(lines[i]), "train.jsonl:" + std::to_string(i + 1)});
  }
  return rows;
}

std::string fault_in(
    const std::vector<std::string>& lines,
    Schema schema,
    TrainOn train_on = TrainOn::assistant) {
  return message_of(ErrorCode::invalid_data, [&] {
    check_rows(rows_of(lines), schema, train_on);
  });
}

TEST(Schema, IsThatOfTheFirstRowCompletionsBeforeChatBeforeText) {
  const std::string all =
      R"("text":"","messages":[],"prompt":"","completion":"")";
  EXPECT_EQ(detect_schema(rows_of({"{" + all + "}"})), Schema::completions);
  EXPECT_EQ(
      detect_schema(rows_of({R"({"text":"","messages":[],"prompt":""})"})),
      Schema::chat);
  EXPECT_EQ(detect_schema(rows_of({R"({"text":""})"})), Schema::text);
}

TEST(Schema, NamesTheKeysOfAFirstRowThatIsNoKind) {
  EXPECT_EQ(
      message_of(
          ErrorCode::invalid_data,
          [] { detect_schema(rows_of({R"({"input":"a","output":"b"})"})); }),
      "train.jsonl:1: found the keys \"input\", \"output\"; expected "
      "\"messages\", \"prompt\" and \"completion\", or \"text\". Rename the "
      "keys.");
}

TEST(Schema, SaysThatAFirstRowIsNoObject) {
  EXPECT_EQ(
      message_of(
          ErrorCode::invalid_data, [] { detect_schema(rows_of({"[1]"})); }),
      "train.jsonl:1: found an array; expected \"messages\", \"prompt\" and "
      "\"completion\", or \"text\". Rename the keys.");
}

TEST(CheckRows, ListsEveryFaultWithItsLine) {
  EXPECT_EQ(
      fault_in(
          {R"({"text":"fine"})", R"({"text":7})", R"({"texts":"a"})", "3"},
          Schema::text,
          TrainOn::all),
      "train.jsonl:2: \"text\" is a number; expected a string. Correct or "
      "remove the line.\n"
      "train.jsonl:3: has no \"text\", which the file's first row has. Give "
      "every row of a file the same keys.\n"
      "train.jsonl:4: found a number; expected an object. Write one JSON "
      "object a line.");
}

TEST(CheckRows, ShowsTwentyFaultsAndCountsTheRest) {
  const auto text =
      fault_in(std::vector<std::string>(23, "{}"), Schema::text, TrainOn::all);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 20);
  EXPECT_THAT(text, testing::EndsWith("\nAnd 3 more like these."));
}

TEST(CheckRows, WantsAReplyAtTheEndUnlessEveryTokenIsLearned) {
  const std::string row = R"({"messages":[{"role":"user","content":"Hi"}]})";
  EXPECT_EQ(
      fault_in({row}, Schema::chat),
      "train.jsonl:1: \"messages\" ends with role \"user\"; training needs a "
      "reply to learn. Remove the line or add one.");
  EXPECT_NO_THROW(check_rows(rows_of({row}), Schema::chat, TrainOn::all));
}

TEST(CheckRows, PointsAtTheFaultyMessage) {
  const auto row = [](const std::string& second) {
    return R"({"messages":[{"role":"user","content":"Hi"},)" + second + "]}";
  };
  EXPECT_EQ(
      fault_in(
          {row("4"),
           row(R"({"content":"a"})"),
           row(R"({"role":1,"content":"a"})"),
           row(R"({"role":"assistant"})"),
           row(R"({"role":"assistant","content":null})")},
          Schema::chat),
      "train.jsonl:1: \"messages[1]\" is a number; expected an object. Correct "
      "or remove the line.\n"
      "train.jsonl:2: \"messages[1]\" has no \"role\". Correct or remove the "
      "line.\n"
      "train.jsonl:3: \"messages[1].role\" is a number; expected a string. "
      "Correct or remove the line.\n"
      "train.jsonl:4: \"messages[1]\" has no \"content\". Correct or remove "
      "the line.\n"
      "train.jsonl:5: \"messages[1].content\" is null; expected a string. "
      "Correct or remove the line.");
}

TEST(CheckRows, TakesACallOfToolsWithoutContent) {
  EXPECT_NO_THROW(check_rows(
      rows_of(
          {R"({"tools":[{}],"messages":[{"role":"assistant","content":null,"tool_calls":[]}]})",
           R"({"tools":null,"messages":[{"role":"assistant","tool_calls":[]}]})"}),
      Schema::chat,
      TrainOn::assistant));
}

TEST(CheckRows, ChecksToolsPromptAndCompletion) {
  EXPECT_EQ(
      fault_in(
          {R"({"prompt":1,"completion":[],"tools":"x"})"}, Schema::completions),
      "train.jsonl:1: \"prompt\" is a number; expected a string. Correct or "
      "remove the line.\n"
      "train.jsonl:1: \"completion\" is an array; expected a string. Correct "
      "or remove the line.\n"
      "train.jsonl:1: \"tools\" is a string; expected an array. Correct or "
      "remove the line.");
}

} // namespace
} // namespace temper::data
