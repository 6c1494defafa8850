#include "train/step.h"

#include <mlx/transforms.h>

#include <limits>

#include "fakes.h"

namespace temper::train {
namespace {

// w - rate * g, so that the weights show the gradient.
class PlainDescent : public optim::Optimizer {
 public:
  std::vector<mx::array> update(
      const std::vector<mx::array>& parameters,
      const std::vector<mx::array>& gradients,
      const mx::array& learning_rate) override {
    std::vector<mx::array> updated;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      updated.push_back(parameters[i] - learning_rate * gradients[i]);
    }
    return updated;
  }
  std::vector<mx::array> state() const override { return {}; }
};

StepState plain(TableModel& model) {
  return make_step_state(model, std::make_unique<PlainDescent>());
}

float cell(const TableModel& model, int row, int column) {
  return mx::take(model.table->value, row * 2 + column).item<float>();
}

std::string
message_of(StepState& state, TableModel& model, const data::Batch& batch) {
  try {
    train_step(state, model, batch, {}, 1.0, Update::now);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::diverged);
    return error.message();
  }
  return "nothing was thrown";
}

TEST(MakeStepState, TakesTheTrainableParametersOnly) {
  TableModel model(2);
  EXPECT_THAT(plain(model).parameters, testing::ElementsAre(model.table));
}

TEST(MakeStepState, NeedsSomethingTrainable) {
  TableModel model(2);
  model.table->trainable = false;
  EXPECT_THROW(plain(model), Error);
}

TEST(TrainStep, FollowsTheMeanGradientOverTheBatchsTokens) {
  TableModel model(2);
  auto state = plain(model);
  // After 0 comes 1, twice; after 1 comes 0, once. All odds are even, so the
  // summed gradient is (1/2, -1/2) a token in the row of the token before.
  const auto batch = batch_of({example_of({0, 1, 0, 1})});
  const double loss = train_step(state, model, batch, {}, 3.0, Update::now);
  EXPECT_NEAR(loss, 3 * std::log(2.0), 1e-5);
  EXPECT_NEAR(cell(model, 0, 0), -1.0f, 1e-6);
  EXPECT_NEAR(cell(model, 0, 1), 1.0f, 1e-6);
  EXPECT_NEAR(cell(model, 1, 0), 0.5f, 1e-6);
  EXPECT_NEAR(cell(model, 1, 1), -0.5f, 1e-6);
}

TEST(TrainStep, AWindowOfTwoBatchesEqualsTheirUnion) {
  const auto a = example_of({0, 1, 0, 1}), b = example_of({1, 1});
  TableModel apart(2), together(2);
  auto state = plain(apart);
  train_step(state, apart, batch_of({a}), {}, 1.0, Update::later);
  EXPECT_EQ(cell(apart, 0, 1), 0.0f);
  EXPECT_EQ(state.window_tokens, 3);
  train_step(state, apart, batch_of({b}), {}, 1.0, Update::now);
  EXPECT_EQ(state.window_tokens, 0);
  EXPECT_TRUE(state.gradients.empty());

  auto other = plain(together);
  train_step(other, together, batch_of({a, b}), {}, 1.0, Update::now);
  EXPECT_TRUE(
      mx::allclose(apart.table->value, together.table->value, 0, 1e-6)
          .item<bool>());
  EXPECT_NE(cell(apart, 0, 1), 0.0f);
}

TEST(TrainStep, LeavesFrozenParametersAlone) {
  TableModel model(2);
  auto state = plain(model);
  train_step(
      state, model, batch_of({example_of({0, 1})}), {}, 1.0, Update::now);
  EXPECT_TRUE(mx::array_equal(model.frozen->value, mx::ones({2})).item<bool>());
}

TEST(TrainStep, StopsAtALossThatIsNotFiniteBeforeTheWeightsChange) {
  TableModel model(2);
  const float inf = std::numeric_limits<float>::infinity();
  model.table->value = mx::array({0.0f, -inf, 1.0f, 1.0f}, {2, 2});
  auto state = plain(model);
  EXPECT_EQ(
      message_of(state, model, batch_of({example_of({0, 1})})),
      "Training diverged: the loss is not finite. Lower the learning rate or "
      "check the data; the last saved adapter is sound.");
  EXPECT_EQ(cell(model, 1, 0), 1.0f);
  EXPECT_EQ(cell(model, 0, 0), 0.0f);
}

// A finite loss whose gradient is not: the square root's at zero.
class SteepModel : public TableModel {
 public:
  using TableModel::TableModel;
  mx::array logits(const mx::array& hidden_MD) override {
    return mx::sqrt(hidden_MD);
  }
};

TEST(TrainStep, StopsAtAGradientThatIsNotFinite) {
  SteepModel model(2);
  auto state = plain(model);
  EXPECT_EQ(
      message_of(state, model, batch_of({example_of({0, 1})})),
      "Training diverged: the gradient is not finite. Lower the learning rate "
      "or check the data; the last saved adapter is sound.");
  EXPECT_EQ(cell(model, 0, 0), 0.0f);
}

TEST(TrainStep, PutsTheWeightsBackWhenTheModelThrows) {
  TableModel model(2);
  auto state = plain(model);
  model.throws = true;
  EXPECT_THROW(
      train_step(
          state, model, batch_of({example_of({0, 1})}), {}, 1.0, Update::now),
      Error);
  EXPECT_FALSE(model.table->value.is_tracer());
  EXPECT_EQ(cell(model, 0, 0), 0.0f);
}

} // namespace
} // namespace temper::train
