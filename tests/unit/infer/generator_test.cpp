#include "infer/generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "temper/error.h"
#include "unit/infer/fake_model.h"

namespace temper::infer {
namespace {

using test::CountingModel;
using testing::ElementsAre;

const Sampler kGreedy{SamplingConfig{}};

Generation generate(
    CountingModel& model,
    const std::vector<std::int32_t>& prompt,
    int max_tokens,
    const std::vector<std::int32_t>& stop = {},
    const std::function<bool(std::int32_t)>& on_token = {}) {
  return generate_tokens(model, prompt, max_tokens, kGreedy, stop, on_token);
}

TEST(Generator, goes_on_from_the_last_token_until_the_limit) {
  CountingModel model(10);
  const auto result = generate(model, {3, 7}, /* max_tokens= */ 4);
  EXPECT_THAT(result.tokens, ElementsAre(8, 9, 0, 1));
  EXPECT_TRUE(result.hit_limit);
  EXPECT_EQ(result.prompt_tokens, 2);
  EXPECT_THAT(model.passes, ElementsAre(2, 1, 1, 1));
}

TEST(Generator, a_stop_token_ends_the_text_and_is_not_part_of_it) {
  CountingModel model(10);
  const auto result = generate(model, {3}, /* max_tokens= */ 9, {6, 9});
  EXPECT_THAT(result.tokens, ElementsAre(4, 5));
  EXPECT_FALSE(result.hit_limit);
}

TEST(Generator, the_listener_may_end_the_text) {
  CountingModel model(10);
  std::vector<std::int32_t> heard;
  const auto result =
      generate(model, {3}, /* max_tokens= */ 9, {}, [&](std::int32_t token) {
        heard.push_back(token);
        return token != 5;
      });
  EXPECT_THAT(result.tokens, ElementsAre(4, 5));
  EXPECT_EQ(heard, result.tokens);
  EXPECT_FALSE(result.hit_limit);
}

TEST(Generator, a_long_prompt_is_read_in_chunks_of_512) {
  CountingModel model(2000);
  std::vector<std::int32_t> prompt(1025);
  std::iota(prompt.begin(), prompt.end(), 0);
  const auto result = generate(model, prompt, /* max_tokens= */ 1);
  EXPECT_THAT(model.passes, ElementsAre(512, 512, 1));
  EXPECT_THAT(result.tokens, ElementsAre(1025));
}

TEST(Generator, an_empty_prompt_is_refused) {
  CountingModel model(10);
  try {
    generate(model, {}, /* max_tokens= */ 1);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_config);
    EXPECT_EQ(
        error.message(),
        "prompt: it has no tokens; at least one is needed. Give a prompt.");
  }
}

TEST(Generator, a_token_the_model_lacks_is_refused) {
  CountingModel model(10);
  for (std::int32_t token : {-1, 10}) {
    try {
      generate(model, {1, token}, /* max_tokens= */ 1);
      FAIL() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::incompatible);
      EXPECT_THAT(error.message(), testing::HasSubstr("vocabulary of 10"));
    }
  }
}

} // namespace
} // namespace temper::infer
