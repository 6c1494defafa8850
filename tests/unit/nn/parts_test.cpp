#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mlx/ops.h>
#include <mlx/random.h>
#include <mlx/transforms.h>

#include <cmath>

#include "nn/kv_cache.h"
#include "nn/regroup.h"
#include "nn/rope_rule.h"
#include "temper/error.h"

namespace temper::nn {
namespace {

namespace mx = mlx::core;

float apart(const mx::array& a, const mx::array& b) {
  return mx::max(mx::abs(a - b)).item<float>();
}

mx::array draw(mx::Shape shape, int seed) {
  return mx::random::normal(shape, mx::float32, mx::random::key(seed));
}

TEST(KvCache, returns_all_that_was_appended) {
  auto keys = draw({1, 2, 600, 4}, 1), values = draw({1, 2, 600, 4}, 2);
  KvCache cache(1);
  // Across the growth at 256 and 512.
  for (int begin : {0, 3, 4, 255, 256, 300, 599}) {
    int end = begin == 0 ? 3
        : begin == 3     ? 4
        : begin == 4     ? 255
        : begin == 255   ? 256
        : begin == 256   ? 300
        : begin == 300   ? 599
                         : 600;
    EXPECT_EQ(cache.offset(0), begin);
    auto [k, v] = cache.append(
        0,
        mx::slice(keys, {0, 0, begin, 0}, {1, 2, end, 4}),
        mx::slice(values, {0, 0, begin, 0}, {1, 2, end, 4}));
    EXPECT_EQ(apart(k, mx::slice(keys, {0, 0, 0, 0}, {1, 2, end, 4})), 0.0f);
    EXPECT_EQ(apart(v, mx::slice(values, {0, 0, 0, 0}, {1, 2, end, 4})), 0.0f);
  }
  EXPECT_EQ(cache.length(), 600);
  EXPECT_EQ(cache.arrays().size(), 2u);
}

// Documents of 3 and 2 tokens, padded to 6 flat rows and 2 x 4 cells.
TokenGrid padded() {
  TokenGrid grid{2, 4, std::nullopt, std::nullopt};
  grid.flat_of_cell = mx::array({0, 1, 2, 5, 3, 4, 5, 5});
  grid.cell_of_flat = mx::array({0, 1, 2, 4, 5, 7});
  return grid;
}

TEST(Regroup, a_round_trip_keeps_real_tokens) {
  auto x = draw({6, 3}, 1);
  auto cells = to_cells(x, padded());
  EXPECT_EQ(cells.shape(), (mx::Shape{8, 3}));
  auto back = to_flat(cells, padded());
  EXPECT_EQ(
      apart(mx::slice(back, {0, 0}, {5, 3}), mx::slice(x, {0, 0}, {5, 3})),
      0.0f);
}

TEST(Regroup, its_gradient_is_that_of_take) {
  auto weight = mx::concatenate({draw({5, 3}, 2), mx::zeros({1, 3})}, 0);
  auto grid = padded();
  auto ours = mx::grad([&](const mx::array& x) {
    auto cells = to_cells(x, grid);
    return mx::sum(weight * to_flat(cells * cells, grid));
  });
  auto plain = mx::grad([&](const mx::array& x) {
    auto cells = mx::take(x, *grid.flat_of_cell, 0);
    return mx::sum(weight * mx::take(cells * cells, *grid.cell_of_flat, 0));
  });
  auto x = draw({6, 3}, 1);
  EXPECT_LT(apart(ours(x), plain(x)), 1e-6f);
  EXPECT_GT(mx::max(mx::abs(ours(x))).item<float>(), 0.1f);
}

std::vector<float> periods(const Json& config, int head_dim) {
  auto all = rope_periods(config, head_dim, 10000);
  return {all.data<float>(), all.data<float>() + all.size()};
}

TEST(RopeRule, periods_are_powers_of_theta) {
  EXPECT_THAT(
      periods(Json{{"rope_theta", 16.0}}, 4), testing::ElementsAre(1, 4));
  EXPECT_THAT(periods(Json::object(), 4), testing::ElementsAre(1, 100));
}

TEST(RopeRule, reads_the_nested_form) {
  auto config =
      Json::parse(R"({"rope_parameters": {"rope_theta": 16, "rope_type":
                      "linear", "factor": 2}})");
  EXPECT_THAT(periods(config, 4), testing::ElementsAre(2, 8));
}

TEST(RopeRule, llama3_keeps_short_periods_and_stretches_long_ones) {
  auto config = Json::parse(R"({"rope_theta": 10000, "rope_scaling": {
      "rope_type": "llama3", "factor": 8, "low_freq_factor": 1,
      "high_freq_factor": 4, "original_max_position_embeddings": 128}})");
  auto found = periods(config, 8); // plain: 1, 10, 100, 1000
  EXPECT_FLOAT_EQ(found[0], 1);
  EXPECT_FLOAT_EQ(found[3], 8000);
  // 10 turns 128 / (20 pi) = 2.037 times: blended, a third of the way up.
  double smooth = (128 / (20 * M_PI) - 1) / 3;
  EXPECT_FLOAT_EQ(found[1], 10 / ((1 - smooth) / 8 + smooth));
}

TEST(RopeRule, names_the_scaling_it_does_not_know) {
  auto config = Json::parse(R"({"rope_scaling": {"type": "yarn"}})");
  try {
    rope_periods(config, 4, 10000);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::incompatible);
    EXPECT_EQ(
        error.message(),
        "config.json: rope scaling \"yarn\" is not supported; default, linear "
        "and llama3 are.");
  }
}

} // namespace
} // namespace temper::nn
