// Adapters on disk, in mlx-lm's format: adapters.safetensors beside
// adapter_config.json.
#pragma once

#include <string>

#include "adapters/lora.h"
#include "nn/causal_lm.h"

namespace temper::adapters {

// Writes the trainable parameters, float32, atomically.
void save_adapter(nn::CausalLM& model, const std::string& file);

// Replaces the values of the trainable parameters. Throws incompatible,
// listing every missing, unexpected and misshapen tensor.
void load_adapter_weights(nn::CausalLM& model, const std::string& file);

// Attaches what `folder`'s adapter_config.json describes and loads its
// adapters.safetensors. Throws not_found, corrupt_file, incompatible.
Attached load_adapter(nn::CausalLM& model, const std::string& folder);

} // namespace temper::adapters
