#include "nn/linear.h"

#include <gtest/gtest.h>
#include <mlx/ops.h>
#include <mlx/random.h>

namespace temper::nn {
namespace {

namespace mx = mlx::core;

constexpr float kTolerance = 1e-5f; // float32 over 64 additions

float apart(const mx::array& a, const mx::array& b) {
  return mx::max(mx::abs(a - b)).item<float>();
}

mx::array draw(mx::Shape shape, int seed) {
  return mx::random::normal(shape, mx::float32, mx::random::key(seed));
}

Linear layer(const mx::array& weight, ParameterPtr bias = nullptr) {
  return {"l", 0, {parameter("l.weight", weight)}, std::move(bias)};
}

LoraAdapter adapter(mx::array a, mx::array b, float dropout = 0) {
  return {parameter("l.lora_a", a), parameter("l.lora_b", b), 2.0f, dropout};
}

TEST(Linear, multiplies_by_the_transpose_and_adds_the_bias) {
  auto weight = mx::array({1.0f, 2.0f, 3.0f, 4.0f}, {2, 2});
  auto bias = parameter("l.bias", mx::array({10.0f, 20.0f}));
  auto y = layer(weight, bias)(mx::array({1.0f, 1.0f}, {1, 2}));
  EXPECT_EQ(apart(y, mx::array({13.0f, 27.0f}, {1, 2})), 0.0f);
}

TEST(Linear, a_zero_b_leaves_the_output_unchanged) {
  auto l = layer(draw({4, 8}, 1));
  auto x = draw({3, 8}, 2);
  auto before = l(x);
  l.attach(adapter(draw({8, 2}, 3), mx::zeros({2, 4})));
  EXPECT_EQ(apart(l(x), before), 0.0f);
}

TEST(Linear, an_adapter_equals_its_merged_weight) {
  auto w = draw({4, 8}, 1), a = draw({8, 2}, 2), b = draw({2, 4}, 3);
  auto l = layer(w);
  l.attach(adapter(a, b));
  auto merged = w + mx::array(2.0f) * mx::transpose(mx::matmul(a, b));
  auto x = draw({3, 8}, 4);
  EXPECT_LT(apart(l(x), layer(merged)(x)), kTolerance);
}

TEST(Linear, computes_in_the_type_of_its_input) {
  auto l = layer(mx::astype(draw({4, 8}, 1), mx::bfloat16));
  l.attach(adapter(draw({8, 2}, 2), draw({2, 4}, 3)));
  auto y = l(mx::astype(draw({3, 8}, 4), mx::bfloat16));
  EXPECT_EQ(y.dtype(), mx::bfloat16);
}

TEST(Linear, dropout_needs_a_key_and_depends_on_it_alone) {
  auto l = layer(mx::zeros({4, 64}));
  l.attach(adapter(draw({64, 2}, 1), draw({2, 4}, 2), 0.5f));
  auto x = draw({3, 64}, 3);
  auto one = mx::random::split(mx::random::key(1), 2);
  auto two = mx::random::split(mx::random::key(2), 2);
  EXPECT_EQ(apart(l(x), l(x)), 0.0f);
  EXPECT_EQ(apart(l(x, one), l(x, one)), 0.0f);
  EXPECT_GT(apart(l(x, one), l(x, two)), 0.1f);
  EXPECT_GT(apart(l(x, one), l(x)), 0.1f);
}

TEST(Linear, dropout_keeps_the_mean) {
  // A and B pick the first input, scaled by two: y is 0, or 2 / (1 - 0.25).
  auto a = mx::array({1.0f, 0.0f}, {2, 1});
  auto l = layer(mx::zeros({1, 2}));
  l.attach(adapter(a, mx::ones({1, 1}), 0.25f));
  auto keys = mx::random::split(mx::random::key(7), 1);
  auto y = l(mx::ones({20000, 2}), keys);
  EXPECT_LT(std::abs(mx::max(y).item<float>() - 2 / 0.75f), kTolerance);
  EXPECT_EQ(mx::min(y).item<float>(), 0.0f);
  // Five standard deviations of the mean of 20000 draws are 0.041.
  EXPECT_LT(std::abs(mx::mean(y).item<float>() - 2.0f), 0.041f);
}

TEST(Linear, lists_weight_bias_and_adapter) {
  auto l = layer(draw({4, 8}, 1), parameter("l.bias", mx::zeros({4})));
  l.attach(adapter(draw({8, 2}, 2), draw({2, 4}, 3)));
  std::vector<ParameterPtr> all;
  l.append_to(all);
  std::vector<std::string> names;
  for (const auto& p : all)
    names.push_back(p->name);
  std::vector<std::string> expected = {
      "l.weight", "l.bias", "l.lora_a", "l.lora_b"};
  EXPECT_EQ(names, expected);
}

struct Form {
  Quantization how;
  bool affine;
};

class PackedWeight : public testing::TestWithParam<Form> {};

TEST_P(PackedWeight, multiplies_as_its_unpacked_self) {
  const Quantization& how = GetParam().how;
  auto parts =
      mx::quantize(draw({8, 64}, 1), how.group_size, how.bits, how.mode);
  WeightStore store{
      parameter("w.weight", parts[0]), parameter("w.scales", parts[1])};
  if (GetParam().affine) store.biases = parameter("w.biases", parts[2]);
  store.quantization = how;
  EXPECT_EQ(store.inputs(), 64);
  EXPECT_EQ(store.outputs(), 8);
  auto dense = mx::transpose(store.dense(mx::float32));
  // On both sides of the size from which the weight is unpacked.
  for (int tokens : {1, 256, 257}) {
    auto x = draw({tokens, 64}, tokens);
    EXPECT_LT(apart(store.multiply(x), mx::matmul(x, dense)), 1e-4f);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Forms,
    PackedWeight,
    testing::Values(
        Form{{64, 2, "affine"}, true},
        Form{{32, 3, "affine"}, true},
        Form{{32, 4, "affine"}, true},
        Form{{64, 8, "affine"}, true},
        Form{{32, 4, "mxfp4"}, false},
        Form{{32, 8, "mxfp8"}, false},
        Form{{16, 4, "nvfp4"}, false}),
    [](const auto& it) {
      return it.param.how.mode + std::to_string(it.param.how.bits);
    });

} // namespace
} // namespace temper::nn
