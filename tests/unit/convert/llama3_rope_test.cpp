#include "convert/llama3_rope.h"

#include <gtest/gtest.h>

namespace temper::conversion {
namespace {

TEST(Llama3Rope, factors_are_one_for_short_waves_and_whole_for_long_ones) {
  const auto factors = llama3_factors(500000.0, 32, 32.0);
  EXPECT_EQ(factors[0], 1.0);
  EXPECT_EQ(factors[31], 32.0);
  // Llama 3.2 1B: wave 16 of 32 is 2 pi sqrt(500000) = 4442.9 long, so it fits
  // 1.84385 times; smooth = 0.281283; 1 / (0.718717 / 32 + 0.281283) = 3.29230.
  EXPECT_NEAR(factors[16], 3.2923, 1e-3);
}

TEST(Llama3Rope, factors_lead_back_to_their_numbers) {
  const auto exact = llama3_factors(500000.0, 64, 8.0);
  const std::vector<float> factors(exact.begin(), exact.end());
  const auto scaling = llama3_rope_scaling(factors, 500000.0);
  ASSERT_TRUE(scaling);
  EXPECT_EQ((*scaling)["factor"], 8.0);
  EXPECT_EQ((*scaling)["low_freq_factor"], 1.0);
  EXPECT_EQ((*scaling)["high_freq_factor"], 4.0);
}

TEST(Llama3Rope, other_factors_lead_nowhere) {
  EXPECT_FALSE(llama3_rope_scaling({}, 500000.0));
  EXPECT_FALSE(llama3_rope_scaling({1.0f, 1.0f}, 500000.0));
  auto exact = llama3_factors(500000.0, 64, 8.0);
  std::vector<float> factors(exact.begin(), exact.end());
  factors[30] *= 1.01f;
  EXPECT_FALSE(llama3_rope_scaling(factors, 500000.0));
}

} // namespace
} // namespace temper::conversion
