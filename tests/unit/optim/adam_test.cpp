#include "optim/adam.h"

#include <gmock/gmock.h>
#include <mlx/ops.h>
#include <mlx/transforms.h>

#include <cmath>

#include "temper/error.h"

namespace temper::optim {
namespace {

namespace mx = mlx::core;

// Feeds one weight the gradients and returns its values.
std::vector<double> run(Optimizer& optimizer, const std::vector<float>& gs) {
  auto w = mx::array(2.0f);
  std::vector<double> values;
  for (float g : gs) {
    w = optimizer.update({w}, {mx::array(g)}, mx::array(0.1f))[0];
    mx::eval(w);
    values.push_back(double(w.item<float>()));
  }
  return values;
}

// The same in double precision, from the formulas in optim/adam.h.
std::vector<double> expected(const std::vector<float>& gs, double decay) {
  double w = 2, m = 0, v = 0;
  std::vector<double> values;
  for (double g : gs) {
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    w = w * (1 - 0.1 * decay) - 0.1 * m / (std::sqrt(v) + 1e-8);
    values.push_back(w);
  }
  return values;
}

// float32 carries 7 digits; five steps of values near 2 lose at most one.
constexpr double tolerance = 2e-6;

TEST(Adam, FirstStepIsNotCorrectedForBias) {
  const auto adam = make_optimizer("adam");
  // 0.1 * (0.1 g) / sqrt(0.001 g^2) = 0.1 * sqrt(10), whatever g is.
  EXPECT_NEAR(run(*adam, {0.5f})[0], 2 - 0.1 * std::sqrt(10.0), tolerance);
}

TEST(Adam, FollowsItsFormulasForFiveSteps) {
  const std::vector<float> gs{0.5f, -0.25f, 3.0f, 0.0f, -1.0f};
  const auto adam = make_optimizer("adam");
  const auto values = run(*adam, gs), want = expected(gs, 0);
  for (int i = 0; i < 5; ++i)
    EXPECT_NEAR(values[i], want[i], tolerance) << i;
}

TEST(AdamW, DecaysTheWeightApartFromTheGradient) {
  const std::vector<float> gs{0.5f, -0.25f, 3.0f, 0.0f, -1.0f};
  const auto adamw = make_optimizer("adamw");
  const auto values = run(*adamw, gs), want = expected(gs, 0.01);
  for (int i = 0; i < 5; ++i)
    EXPECT_NEAR(values[i], want[i], tolerance) << i;
}

TEST(AdamW, OnlyDecaysWithoutAGradient) {
  const auto adamw = make_optimizer("adamw");
  EXPECT_NEAR(run(*adamw, {0.0f})[0], 2 * (1 - 0.1 * 0.01), tolerance);
}

TEST(Adam, KeepsStateOfEveryParameterApart) {
  const auto adam = make_optimizer("adam");
  const std::vector<mx::array> w{mx::zeros({2, 3}), mx::zeros({4})};
  const auto updated =
      adam->update(w, {mx::ones({2, 3}), mx::zeros({4})}, mx::array(0.1f));
  ASSERT_EQ(updated.size(), 2u);
  EXPECT_EQ(updated[0].shape(), (mx::Shape{2, 3}));
  EXPECT_TRUE(mx::all(mx::less(updated[0], mx::array(0.0f))).item<bool>());
  EXPECT_TRUE(mx::array_equal(updated[1], mx::zeros({4})).item<bool>());
  const auto state = adam->state();
  ASSERT_EQ(state.size(), 4u); // m of both, then v of both
  EXPECT_NEAR(mx::max(state[0]).item<float>(), 0.1f, 1e-7);
  EXPECT_NEAR(mx::max(state[2]).item<float>(), 0.001f, 1e-9);
}

TEST(Adam, RefusesListsOfDifferentLength) {
  Adam adam;
  EXPECT_THROW(adam.update({mx::array(1.0f)}, {}, mx::array(0.1f)), Error);
}

TEST(MakeOptimizer, NamesWhatItKnows) {
  try {
    make_optimizer("lion");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_config);
    EXPECT_EQ(
        error.message(), "optimizer: found \"lion\", expected adam or adamw.");
  }
}

} // namespace
} // namespace temper::optim
