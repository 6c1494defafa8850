// The loss over a fixed set of batches.
#pragma once

#include <vector>

#include "data/batch.h"
#include "nn/causal_lm.h"
#include "temper/cancel.h"
#include "temper/events.h"

namespace temper::train {

// Mean over all supervised tokens, without dropout. When cancelled, over the
// batches done so far; without any token the loss is NaN. `cancel` may be
// null.
EvaluationDone evaluate_loss(
    nn::CausalLM& model,
    const std::vector<data::Batch>& batches,
    Split split,
    int iteration,
    const Cancel* cancel);

} // namespace temper::train
