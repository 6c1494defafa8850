// One micro-step: gradients of a batch, and at the end of an accumulation
// window the update.
#pragma once

#include <cstdint>
#include <memory>
#include <mlx/array.h>
#include <vector>

#include "data/batch.h"
#include "nn/causal_lm.h"
#include "optim/optimizer.h"

namespace temper::train {

// What steps change, the parameters' values included.
struct StepState {
  std::vector<nn::ParameterPtr> parameters; // the trainable ones
  std::unique_ptr<optim::Optimizer> optimizer;
  // Of the window under way: the gradient of the summed loss, and over how
  // many tokens. Empty between windows.
  std::vector<mlx::core::array> gradients;
  std::int64_t window_tokens = 0;
};

// Throws internal when the model has nothing trainable.
StepState make_step_state(
    nn::CausalLM& model,
    std::unique_ptr<optim::Optimizer> optimizer);

enum class Update { later, now };

// Returns the loss summed over the batch's supervised tokens. The update takes
// the mean gradient over the window's supervised tokens. Throws diverged when
// the loss or a gradient is not finite; the weights are then as before, and
// the state is of no more use.
double train_step(
    StepState& state,
    nn::CausalLM& model,
    const data::Batch& batch,
    const nn::Forward& forward,
    double learning_rate,
    Update update);

} // namespace temper::train
