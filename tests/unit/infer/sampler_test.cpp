#include "infer/sampler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mlx/ops.h>

#include <cmath>
#include <map>
#include <set>

namespace temper::infer {
namespace {

namespace mx = mlx::core;
using testing::ElementsAre;

// Probabilities 0.1, 0.4, 0.2, 0.3.
mx::array four_logits() {
  return mx::log(mx::array({0.1f, 0.4f, 0.2f, 0.3f}, {1, 4}));
}

std::map<int, int> draws(SamplingConfig config, int count) {
  config.seed = 11;
  const Sampler sampler(config);
  std::map<int, int> seen;
  for (int step = 0; step < count; ++step) {
    ++seen[sampler.sample(four_logits(), step).item<std::int32_t>()];
  }
  return seen;
}

std::set<int> drawn(const SamplingConfig& config) {
  std::set<int> tokens;
  for (const auto& [token, times] : draws(config, 300))
    tokens.insert(token);
  return tokens;
}

TEST(Sampler, temperature_zero_takes_the_likeliest) {
  EXPECT_THAT(drawn({.temp = 0.0}), ElementsAre(1));
}

TEST(Sampler, temperature_one_draws_by_probability) {
  const double expected[] = {0.1, 0.4, 0.2, 0.3};
  auto seen = draws({.temp = 1.0}, 2000);
  for (int token = 0; token < 4; ++token) {
    // Four standard deviations of a binomial of 2000.
    const double p = expected[token];
    EXPECT_NEAR(seen[token], 2000 * p, 4 * std::sqrt(2000 * p * (1 - p)));
  }
}

TEST(Sampler, a_low_temperature_sharpens) {
  // At 0.1 the odds 4:3 become (4/3)^10, about 17.8 to 1.
  auto seen = draws({.temp = 0.1}, 500);
  EXPECT_GT(seen[1], 440);
  EXPECT_LT(seen[0] + seen[2], 5);
}

TEST(Sampler, top_k_keeps_the_k_likeliest) {
  EXPECT_THAT(drawn({.temp = 1.0, .top_k = 2}), ElementsAre(1, 3));
  EXPECT_THAT(drawn({.temp = 1.0, .top_k = 9}), ElementsAre(0, 1, 2, 3));
}

TEST(Sampler, top_p_keeps_the_likeliest_that_hold_p) {
  // 0.4 + 0.3 is short of 0.75; 0.2 takes it over.
  EXPECT_THAT(drawn({.temp = 1.0, .top_p = 0.75}), ElementsAre(1, 2, 3));
  EXPECT_THAT(drawn({.temp = 1.0, .top_p = 0.35}), ElementsAre(1));
}

TEST(Sampler, min_p_leaves_out_what_is_far_below_the_likeliest) {
  // 0.6 of 0.4 is 0.24.
  EXPECT_THAT(drawn({.temp = 1.0, .min_p = 0.6}), ElementsAre(1, 3));
}

TEST(Sampler, the_seed_and_the_step_decide_the_draw) {
  EXPECT_EQ(draws({.temp = 1.0}, 50), draws({.temp = 1.0}, 50));
  EXPECT_GT(draws({.temp = 1.0}, 50).size(), 1u);
}

TEST(Sampler, without_a_seed_it_takes_a_fresh_one) {
  EXPECT_NE(Sampler({}).seed(), Sampler({}).seed());
}

} // namespace
} // namespace temper::infer
