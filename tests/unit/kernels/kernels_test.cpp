#include <gtest/gtest.h>
#include <mlx/ops.h>
#include <mlx/random.h>
#include <mlx/transforms.h>

#include <cmath>

#include "kernels/attention/attention.h"
#include "kernels/cross_entropy/cross_entropy.h"
#include "kernels/rms_norm/rms_norm.h"
#include "kernels/rope/rope.h"
#include "kernels/swiglu/swiglu.h"

namespace temper::kernels {
namespace {

namespace mx = mlx::core;

// Two routes in float32 over a few dozen additions.
constexpr float kTolerance = 1e-5f;

float apart(const mx::array& a, const mx::array& b) {
  return mx::max(mx::abs(a - b)).item<float>();
}

mx::array draw(mx::Shape shape, int seed) {
  return mx::random::normal(shape, mx::float32, mx::random::key(seed));
}

TEST(Attention, each_token_sees_itself_and_what_came_before) {
  auto q = draw({1, 4, 3, 8}, 1);
  auto k = draw({1, 2, 5, 8}, 2);
  auto v = draw({1, 2, 5, 8}, 3);
  // By the formula, heads of a group repeated, the new tokens last.
  auto scores =
      mx::matmul(q * mx::array(0.5f), mx::swapaxes(mx::repeat(k, 2, 1), 2, 3));
  auto seen = mx::tri(3, 5, 2, mx::bool_);
  scores = mx::where(seen, scores, mx::array(-INFINITY));
  auto expected = mx::matmul(mx::softmax(scores, -1), mx::repeat(v, 2, 1));
  EXPECT_LT(apart(causal_attention(q, k, v, 0.5f), expected), kTolerance);
}

TEST(Attention, a_single_new_token_sees_all) {
  auto q = draw({1, 2, 1, 4}, 1);
  auto k = draw({1, 2, 6, 4}, 2);
  auto v = draw({1, 2, 6, 4}, 3);
  auto scores = mx::matmul(q, mx::swapaxes(k, 2, 3));
  auto expected = mx::matmul(mx::softmax(scores, -1), v);
  EXPECT_LT(apart(causal_attention(q, k, v, 1.0f), expected), kTolerance);
}

TEST(RmsNorm, divides_by_the_root_of_the_mean_square) {
  auto x = mx::array({3.0f, 4.0f}, {1, 2});
  auto y = rms_norm(x, mx::array({1.0f, 2.0f}), 0.0f);
  // The mean square of 3 and 4 is 12.5.
  float root = std::sqrt(12.5f);
  EXPECT_LT(apart(y, mx::array({3 / root, 8 / root}, {1, 2})), kTolerance);
}

TEST(Rope, turns_each_pair_by_position_over_period) {
  auto x = mx::array({1.0f, 2.0f, 3.0f, 4.0f}, {1, 1, 1, 4});
  auto periods = mx::array({1.0f, 10.0f});
  float c0 = std::cos(5.0f), s0 = std::sin(5.0f);
  float c1 = std::cos(0.5f), s1 = std::sin(0.5f);
  auto halves = mx::array(
      {c0 - 3 * s0, 2 * c1 - 4 * s1, 3 * c0 + s0, 4 * c1 + 2 * s1},
      {1, 1, 1, 4});
  auto pairs = mx::array(
      {c0 - 2 * s0, 2 * c0 + s0, 3 * c1 - 4 * s1, 4 * c1 + 3 * s1},
      {1, 1, 1, 4});
  EXPECT_LT(apart(rope(x, periods, RopePairs::halves, 5), halves), kTolerance);
  EXPECT_LT(
      apart(rope(x, periods, RopePairs::interleaved, 5), pairs), kTolerance);
}

TEST(Rope, an_offset_moves_columns_on) {
  auto x = draw({1, 2, 6, 4}, 1);
  auto periods = mx::array({1.0f, 10.0f});
  auto whole = rope(x, periods, RopePairs::halves, 0);
  auto tail = mx::slice(x, {0, 0, 4, 0}, {1, 2, 6, 4});
  EXPECT_LT(
      apart(
          rope(tail, periods, RopePairs::halves, 4),
          mx::slice(whole, {0, 0, 4, 0}, {1, 2, 6, 4})),
      kTolerance);
}

TEST(Swiglu, is_gate_times_its_sigmoid_times_up) {
  auto y = swiglu(mx::array({0.0f, 2.0f}), mx::array({7.0f, 3.0f}));
  float expected = 2.0f / (1.0f + std::exp(-2.0f)) * 3.0f;
  EXPECT_LT(apart(y, mx::array({0.0f, expected})), kTolerance);
}

TEST(CrossEntropy, equal_logits_cost_the_log_of_their_number) {
  auto loss = cross_entropy(mx::zeros({2, 10}), mx::array({0, 9}));
  EXPECT_LT(apart(loss, mx::full({2}, std::log(10.0f))), kTolerance);
}

TEST(CrossEntropy, its_gradient_is_softmax_minus_the_target) {
  auto logits = draw({1, 3}, 1);
  auto gradient = mx::grad([](const mx::array& x) {
    return mx::sum(cross_entropy(x, mx::array({1})));
  })(logits);
  auto expected =
      mx::softmax(logits, -1) - mx::array({0.0f, 1.0f, 0.0f}, {1, 3});
  EXPECT_LT(apart(gradient, expected), kTolerance);
}

TEST(CrossEntropy, computes_in_float32_whatever_comes) {
  auto logits = mx::full({1, 4}, 300.0f, mx::float16);
  auto loss = cross_entropy(logits, mx::array({2}));
  EXPECT_EQ(loss.dtype(), mx::float32);
  EXPECT_LT(apart(loss, mx::full({1}, std::log(4.0f))), kTolerance);
}

} // namespace
} // namespace temper::kernels
