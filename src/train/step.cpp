#include "train/step.h"

#include <mlx/ops.h>
#include <mlx/transforms.h>

#include <cmath>
#include <numeric>

#include "base/format.h"
#include "train/loss.h"

namespace temper::train {

namespace mx = mlx::core;

namespace {

std::vector<mx::array>
values_of(const std::vector<nn::ParameterPtr>& parameters) {
  std::vector<mx::array> values;
  for (const auto& parameter : parameters)
    values.push_back(parameter->value);
  return values;
}

void assign(
    const std::vector<nn::ParameterPtr>& parameters,
    const std::vector<mx::array>& values) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    parameters[i]->value = values[i];
  }
}

// Puts the parameters' values back, whatever happens in between.
class Restored {
 public:
  explicit Restored(const std::vector<nn::ParameterPtr>& parameters)
      : parameters_(parameters), values_(values_of(parameters)) {}
  Restored(const Restored&) = delete;
  Restored& operator=(const Restored&) = delete;
  ~Restored() { assign(parameters_, values_); }

  const std::vector<mx::array>& values() const { return values_; }

 private:
  const std::vector<nn::ParameterPtr>& parameters_;
  std::vector<mx::array> values_;
};

std::pair<mx::array, std::vector<mx::array>> loss_and_gradients(
    const std::vector<nn::ParameterPtr>& parameters,
    nn::CausalLM& model,
    const data::Batch& batch,
    const nn::Forward& forward) {
  const Restored restored(parameters);
  std::vector<int> all(parameters.size());
  std::iota(all.begin(), all.end(), 0);
  const auto differentiated = mx::value_and_grad(
      [&](const std::vector<mx::array>& tracers) {
        assign(parameters, tracers);
        return batch_loss(model, batch, forward).sum;
      },
      all);
  return differentiated(restored.values());
}

// Finite when every gradient is.
mx::array sum_of_squares(const std::vector<mx::array>& gradients) {
  auto sum = mx::array(0.0f);
  for (const auto& g : gradients) {
    sum = sum + mx::sum(mx::square(mx::astype(g, mx::float32)));
  }
  return sum;
}

void require_finite(const mx::array& loss, const mx::array& gradients) {
  const bool sound = std::isfinite(loss.item<float>());
  if (sound && std::isfinite(gradients.item<float>())) return;
  throw make_error(
      ErrorCode::diverged,
      "Training diverged: the {} is not finite. Lower the learning rate or "
      "check the data; the last saved adapter is sound.",
      sound ? "gradient" : "loss");
}

void add_to_window(StepState& state, const std::vector<mx::array>& gradients) {
  if (state.gradients.empty()) {
    state.gradients = gradients;
    return;
  }
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    state.gradients[i] = state.gradients[i] + gradients[i];
  }
}

std::vector<mx::array> updated_values(StepState& state, double learning_rate) {
  const auto scale = mx::array(float(1.0 / double(state.window_tokens)));
  auto mean = state.gradients;
  for (auto& g : mean)
    g = g * scale;
  return state.optimizer->update(
      values_of(state.parameters), mean, mx::array(float(learning_rate)));
}

} // namespace

StepState make_step_state(
    nn::CausalLM& model,
    std::unique_ptr<optim::Optimizer> optimizer) {
  StepState state;
  state.optimizer = std::move(optimizer);
  for (const auto& parameter : model.parameters()) {
    if (parameter->trainable) state.parameters.push_back(parameter);
  }
  if (state.parameters.empty()) {
    throw make_error(
        ErrorCode::internal,
        "The model has no trainable parameter; attach an adapter first.");
  }
  return state;
}

double train_step(
    StepState& state,
    nn::CausalLM& model,
    const data::Batch& batch,
    const nn::Forward& forward,
    double learning_rate,
    Update update) {
  const auto [loss, gradients] =
      loss_and_gradients(state.parameters, model, batch, forward);
  add_to_window(state, gradients);
  state.window_tokens += batch.supervised_tokens;

  const auto squares = sum_of_squares(state.gradients);
  auto pending = state.gradients;
  std::vector<mx::array> updated;
  if (update == Update::now) {
    updated = updated_values(state, learning_rate);
    const auto kept = state.optimizer->state();
    pending = updated;
    pending.insert(pending.end(), kept.begin(), kept.end());
  }
  pending.push_back(loss);
  pending.push_back(squares);
  mx::eval(pending);

  require_finite(loss, squares);
  if (update == Update::now) {
    assign(state.parameters, updated);
    state.gradients.clear();
    state.window_tokens = 0;
  }
  return double(loss.item<float>());
}

} // namespace temper::train
