// Loss of a batch, as a sum so that callers choose the denominator.
#pragma once

#include <mlx/array.h>

#include "data/batch.h"
#include "nn/causal_lm.h"

namespace temper::train {

struct LossSum {
  mlx::core::array sum; // of -log p over supervised tokens, nats, float32
  mlx::core::array count; // of those tokens, float32
};

// Only the rows that predict a supervised token go through the head; the loss
// is computed in float32 whatever the model's type. Nothing is evaluated.
// Throws incompatible when a token is outside the model's vocabulary.
LossSum batch_loss(
    nn::CausalLM& model,
    const data::Batch& batch,
    const nn::Forward& forward);

} // namespace temper::train
