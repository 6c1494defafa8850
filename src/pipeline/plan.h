// From what was asked to what will be done: every default resolved, every
// contradiction named.
#pragma once

#include "adapters/lora.h"
#include "base/json.h"
#include "data/source.h"
#include "temper/config.h"

namespace temper::pipeline {

// Throws invalid_config with every issue: each option's own check, and what
// options say together.
void check_config(const TrainConfig& config);

// The last 16 blocks by default, or all of a smaller model.
int adapted_layers(const TrainConfig& config, int model_layers);

adapters::LoraSpec lora_spec(const TrainConfig& config, int model_layers);

data::RenderOptions render_options(const TrainConfig& config);

// adapter_config.json as mlx-lm writes and reads it: every option, layers
// resolved, "keys" only when some were given.
Json adapter_config(const TrainConfig& config, int model_layers);

} // namespace temper::pipeline
