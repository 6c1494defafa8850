#include "data/source.h"

#include "fakes.h"

namespace temper::data {
namespace {

const std::string two_turns =
    R"({"messages":[{"role":"user","content":"A"},{"role":"assistant","content":"BC"},)"
    R"({"role":"user","content":"D"},{"role":"assistant","content":"EF"}]})"
    "\n";

// What is learned of an example, with the rest as dots.
std::string learned_of(const Example& example) {
  std::string text;
  for (std::size_t i = 0; i < example.tokens.size(); ++i) {
    const auto id = example.tokens[i];
    const char shown = id == 256 ? '$' : id == 257 ? '^' : char(id);
    text += example.loss_mask[i] ? shown : '.';
  }
  return text;
}

std::vector<Example> load(
    const std::string& rows,
    const RenderOptions& options = {},
    LoadReport* report = nullptr,
    const text::ChatTemplate& chat = PlainTemplate()) {
  Folder folder;
  folder.write("train.jsonl", rows);
  return load_split(
      folder.path(), "train", ByteTokenizer(), &chat, options, report);
}

TEST(LoadSplit, IsEmptyWithoutTheFile) {
  Folder folder;
  EXPECT_TRUE(
      load_split(folder.path(), "valid", ByteTokenizer(), nullptr, {}, nullptr)
          .empty());
}

TEST(LoadSplit, LearnsEveryTokenOfTextButTheFirstAndEndsIt) {
  LoadReport report;
  const auto examples = load("{\"text\":\"ab\"}\n", {}, &report);
  ASSERT_EQ(examples.size(), 1u);
  EXPECT_THAT(examples[0].tokens, testing::ElementsAre(257, 'a', 'b', 256));
  EXPECT_EQ(learned_of(examples[0]), ".ab$");
  EXPECT_EQ(examples[0].source, "train.jsonl:1");
  EXPECT_EQ(report.rows, 1);
  EXPECT_EQ(report.total_tokens, 4);
  EXPECT_EQ(report.supervised_tokens, 3);
  EXPECT_TRUE(report.warnings.empty());
}

TEST(LoadSplit, DoesNotEndATextTwice) {
  EXPECT_THAT(
      load("{\"text\":\"a<|end|>\"}\n")[0].tokens,
      testing::ElementsAre(257, 'a', 256));
}

TEST(LoadSplit, LearnsEveryAssistantTurnWithItsEndByDefault) {
  EXPECT_EQ(learned_of(load(two_turns)[0]), "......BC$......EF$");
}

TEST(LoadSplit, LearnsTheLastTurnOrAllOnRequest) {
  EXPECT_EQ(
      learned_of(load(two_turns, {.train_on = TrainOn::last})[0]),
      "...............EF$");
  EXPECT_EQ(
      learned_of(load(two_turns, {.train_on = TrainOn::all})[0]),
      ".:A$a:BC$u:D$a:EF$");
}

TEST(LoadSplit, MaskPromptMeansEveryAssistantTurn) {
  EXPECT_EQ(
      learned_of(load(two_turns, {.mask_prompt = true})[0]),
      "......BC$......EF$");
}

TEST(LoadSplit, LearnsWhatTheTemplateMarks) {
  PlainTemplate chat;
  chat.marks = true;
  EXPECT_EQ(
      learned_of(load(two_turns, {}, nullptr, chat)[0]), "......BC.......EF.");
  EXPECT_EQ(
      learned_of(
          load(two_turns, {.train_on = TrainOn::last}, nullptr, chat)[0]),
      "...............EF.");
}

TEST(LoadSplit, TurnsACompletionIntoAUserAndAnAssistantTurn) {
  const auto examples = load(R"({"prompt":"P","completion":"C"})");
  EXPECT_EQ(learned_of(examples[0]), "......C$");
  EXPECT_EQ(
      ByteTokenizer().decode(examples[0].tokens, false),
      "u:P<|end|>a:C<|end|>");
}

TEST(LoadSplit, WarnsOnceOfATemplateThatRewritesTurnsAndLearnsTheRest) {
  LoadReport report;
  const auto examples =
      load(two_turns + two_turns, {}, &report, ForgettingTemplate());
  EXPECT_EQ(learned_of(examples[0]), "...............hm.EF$");
  EXPECT_THAT(
      report.warnings,
      testing::ElementsAre(
          "train.jsonl: 2 rows (train.jsonl:1, train.jsonl:2): the chat "
          "template rewrites earlier turns, so the place of some assistant "
          "turns cannot be told and they are not learned. Split such rows into "
          "one for each turn."));
}

TEST(LoadSplit, WarnsOfSpecialTokensInMessagesButNotOfOrdinaryBrackets) {
  LoadReport report;
  load(
      R"({"prompt":"a <b> [x] c","completion":"C"})"
      "\n"
      R"({"prompt":"see <b <|end|>","completion":"C"})",
      {},
      &report);
  EXPECT_THAT(
      report.warnings,
      testing::ElementsAre(
          "train.jsonl: 1 row (train.jsonl:2): a message spells a special "
          "token, which the tokenizer reads as one. Rewrite the message unless "
          "this is meant."));
}

TEST(LoadSplit, CutsLongRowsAtTheEndAndCountsThem) {
  LoadReport report;
  const auto examples = load(
      "{\"text\":\"abcdef\"}\n{\"text\":\"ab\"}\n",
      {.max_seq_length = 4},
      &report);
  EXPECT_EQ(learned_of(examples[0]), ".abc");
  EXPECT_EQ(learned_of(examples[1]), ".ab$");
  EXPECT_EQ(report.truncated, 1);
  EXPECT_THAT(
      report.warnings,
      testing::ElementsAre(
          "train.jsonl: 1 row (train.jsonl:1): longer than 4 tokens and cut at "
          "the end. Raise max_seq_length or shorten the rows."));
}

TEST(LoadSplit, SkipsRowsWhoseReplyWasCutOffAndSaysWhich) {
  LoadReport report;
  const auto examples = load(
      R"({"prompt":"PPPP","completion":"C"})"
      "\n"
      R"({"prompt":"P","completion":"C"})",
      {.max_seq_length = 8},
      &report);
  ASSERT_EQ(examples.size(), 1u);
  EXPECT_EQ(examples[0].source, "train.jsonl:2");
  EXPECT_EQ(report.rows, 1);
  EXPECT_EQ(report.truncated, 1);
  EXPECT_EQ(report.total_tokens, 8);
  EXPECT_EQ(report.supervised_tokens, 2);
  ASSERT_EQ(report.warnings.size(), 2u);
  EXPECT_EQ(
      report.warnings[1],
      "train.jsonl: 1 row (train.jsonl:1): no token to learn, so skipped. "
      "Raise max_seq_length if the replies were cut off, or remove the lines.");
}

TEST(LoadSplit, RefusesAFileWithNothingToLearn) {
  EXPECT_THAT(
      message_of(
          ErrorCode::invalid_data,
          [] {
            load(
                R"({"prompt":"PPPP","completion":"C"})", {.max_seq_length = 5});
          }),
      testing::EndsWith(
          "/train.jsonl: none of the 1 rows has a token to learn (1 of them "
          "were cut at 5 tokens). Raise max_seq_length, or check that the rows "
          "have replies."));
}

TEST(LoadSplit, RefusesOptionsAboutTurnsForText) {
  const std::string rows = "{\"text\":\"ab\"}\n";
  EXPECT_EQ(
      message_of(
          ErrorCode::invalid_config,
          [&] { load(rows, {.mask_prompt = true}); }),
      "train.jsonl: mask_prompt needs turns, but the rows are plain \"text\". "
      "Leave the option out or use \"messages\".");
  EXPECT_EQ(
      message_of(
          ErrorCode::invalid_config,
          [&] { load(rows, {.train_on = TrainOn::last}); }),
      "train.jsonl: train_on needs turns, but the rows are plain \"text\". "
      "Leave the option out or use \"messages\".");
}

TEST(LoadSplit, RefusesMaskPromptTogetherWithAnotherTrainOn) {
  EXPECT_EQ(
      message_of(
          ErrorCode::invalid_config,
          [] {
            load(two_turns, {.train_on = TrainOn::all, .mask_prompt = true});
          }),
      "mask_prompt learns the assistant's turns, but train_on asks for "
      "something else. Give one of the two.");
}

TEST(LoadSplit, NeedsAChatTemplateForConversations) {
  Folder folder;
  folder.write("test.jsonl", two_turns);
  EXPECT_EQ(
      message_of(
          ErrorCode::incompatible,
          [&] {
            load_split(
                folder.path(), "test", ByteTokenizer(), nullptr, {}, nullptr);
          }),
      "test.jsonl: the rows are conversations, but the model has no chat "
      "template. Add chat_template.jinja to the model's folder or use \"text\" "
      "rows.");
}

TEST(LoadSplit, ListsTheRowsTheTemplateRefuses) {
  const std::string refused =
      R"({"messages":[{"role":"narrator","content":"A"},{"role":"assistant","content":"B"}]})"
      "\n";
  EXPECT_EQ(
      message_of(
          ErrorCode::invalid_data,
          [&] { load(refused + two_turns + refused); }),
      "train.jsonl:1: the chat template refuses the messages: Unknown role "
      "narrator. Correct or remove the line.\n"
      "train.jsonl:3: the chat template refuses the messages: Unknown role "
      "narrator. Correct or remove the line.");
}

} // namespace
} // namespace temper::data
