#include "eval/exact_match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "unit/infer/fake_model.h"

namespace temper::eval {
namespace {

// One token a letter, a to j; j stops.
class Letters : public text::Tokenizer {
 public:
  text::Encoding
  encode(std::string_view text, text::SpecialTokens) const override {
    text::Encoding result;
    for (char c : text)
      result.ids.push_back(c - 'a');
    return result;
  }
  std::vector<text::Encoding> encode_batch(
      std::span<const std::string>,
      text::SpecialTokens) const override {
    return {};
  }
  std::string decode(std::span<const std::int32_t> ids, bool) const override {
    std::string text;
    for (auto id : ids)
      text += char('a' + id);
    return text;
  }
  std::optional<std::int32_t> id_of(std::string_view) const override {
    return std::nullopt;
  }
  std::optional<std::string> token_of(std::int32_t) const override {
    return std::nullopt;
  }
  std::int32_t vocab_size() const override { return 10; }
  const std::vector<std::int32_t>& stop_tokens() const override {
    return stop_;
  }
  std::optional<std::int32_t> bos_token() const override {
    return std::nullopt;
  }
  std::optional<std::int32_t> eos_token() const override { return 9; }

 private:
  std::vector<std::int32_t> stop_{9};
};

// Keeps verdicts, and may ask for an end after the first.
class Listener : public Observer {
 public:
  void on(const Event& event) override {
    judged.push_back(std::get<AnswerJudged>(event));
    if (cancel) cancel->request(Cancel::Reason::interrupted);
  }
  std::vector<AnswerJudged> judged;
  Cancel* cancel = nullptr;
};

// Three rows; the model counts on from the last letter, so "e" gives "fghi".
class ExactMatchTest : public testing::Test {
 protected:
  ExactMatchTest() : path_(testing::TempDir() + "exact_match_rows.jsonl") {
    std::ofstream(path_) << R"({"prompt": "ae", "completion": "fghi\n"})"
                            "\n"
                         << R"({"prompt": "g", "completion": "h"})"
                            "\n"
                         << R"({"prompt": "h", "completion": " i"})"
                            "\n";
  }
  ~ExactMatchTest() override { std::filesystem::remove(path_); }

  ExactMatch
  judge(const ExactMatchOptions& options, const Cancel* cancel = {}) {
    return judge_answers(
        model_, Letters(), nullptr, path_, options, &listener_, cancel);
  }

  std::string path_;
  test::CountingModel model_{10};
  Listener listener_;
};

TEST_F(ExactMatchTest, answers_are_compared_without_white_space_around_them) {
  const auto result = judge({});
  EXPECT_EQ(result.rows, 3);
  EXPECT_EQ(result.exact, 2);
  ASSERT_EQ(listener_.judged.size(), 3u);
  const auto& second = listener_.judged[1];
  EXPECT_EQ(second.index, 1);
  EXPECT_EQ(second.count, 3);
  EXPECT_EQ(second.prompt, "g");
  EXPECT_EQ(second.reference, "h");
  EXPECT_EQ(second.answer, "hi");
  EXPECT_FALSE(second.exact);
  EXPECT_TRUE(listener_.judged[2].exact);
}

TEST_F(ExactMatchTest, the_limit_takes_the_first_rows) {
  const auto result = judge({.limit = 1});
  EXPECT_EQ(result.rows, 1);
  EXPECT_EQ(listener_.judged[0].count, 1);
  EXPECT_EQ(judge({.limit = 9}).rows, 3);
}

TEST_F(ExactMatchTest, an_answer_over_max_tokens_is_cut) {
  judge({.max_tokens = 2, .limit = 1});
  EXPECT_EQ(listener_.judged[0].answer, "fg");
}

TEST_F(ExactMatchTest, a_cancelled_run_judges_no_further_row) {
  Cancel cancel;
  listener_.cancel = &cancel;
  const auto result = judge({}, &cancel);
  EXPECT_EQ(result.rows, 1);
  EXPECT_EQ(listener_.judged.size(), 1u);
}

} // namespace
} // namespace temper::eval
