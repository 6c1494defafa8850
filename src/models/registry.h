// Which file builds which kind of model.
#pragma once

#include <memory>
#include <string>

#include "base/json.h"
#include "models/weights.h"
#include "nn/causal_lm.h"

namespace temper::models {

using Build =
    std::unique_ptr<nn::CausalLM> (*)(const Json& config, Weights& weights);

// The builder of config.json's model_type. Throws incompatible, naming those
// there are, when there is none.
Build find_builder(const Json& config);

} // namespace temper::models
