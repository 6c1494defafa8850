#include "base/rng.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

namespace temper {
namespace {

// First outputs of SplitMix64 from seed 0, as in the reference
// https://prng.di.unimi.it/splitmix64.c: its state grows by the golden gamma.
TEST(Rng, mix_is_a_step_of_splitmix64) {
  constexpr std::uint64_t gamma = 0x9e3779b97f4a7c15;
  EXPECT_EQ(mix(0), 0xe220a8397b1dcdafu);
  EXPECT_EQ(mix(gamma), 0x6e789e6aa1b965f4u);
  EXPECT_EQ(mix(2 * gamma), 0x06c45d188009454fu);
}

TEST(Rng, a_permutation_has_every_number_once) {
  for (std::int64_t n : {0, 1, 2, 7, 1000}) {
    auto order = permutation(n, 3, 1);
    std::ranges::sort(order);
    std::vector<std::int64_t> numbers(n);
    std::iota(numbers.begin(), numbers.end(), 0);
    EXPECT_EQ(order, numbers);
  }
}

TEST(Rng, a_permutation_depends_on_seed_and_epoch_alone) {
  EXPECT_EQ(permutation(100, 5, 2), permutation(100, 5, 2));
  EXPECT_NE(permutation(100, 5, 2), permutation(100, 5, 3));
  EXPECT_NE(permutation(100, 5, 2), permutation(100, 6, 2));
  // Seed and epoch do not stand for one another.
  EXPECT_NE(permutation(100, 2, 5), permutation(100, 5, 2));
}

TEST(Rng, all_orders_of_three_are_equally_likely) {
  std::map<std::vector<std::int64_t>, int> times;
  for (std::uint64_t seed = 0; seed < 6000; ++seed) {
    ++times[permutation(3, seed, 0)];
  }
  EXPECT_EQ(times.size(), 6u);
  // 1000 expected, standard deviation 29; five of them allowed.
  for (const auto& [order, count] : times)
    EXPECT_NEAR(count, 1000, 145);
}

} // namespace
} // namespace temper
