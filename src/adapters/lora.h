// Attaching LoRA to a model's linear layers.
#pragma once

#include <cstdint>
#include <mlx/array.h>
#include <string>
#include <vector>

#include "nn/causal_lm.h"

namespace temper::adapters {

struct LoraSpec {
  int rank = 8;
  float scale = 20;
  float dropout = 0;
  // Block-relative paths, or full paths outside the blocks. Empty: every
  // linear layer of the blocks.
  std::vector<std::string> keys;
  int num_layers = 0; // the last so many blocks; 0 or less means all
};

struct Attached {
  int sites = 0;
  int layers = 0; // blocks with at least one site
  std::int64_t parameters = 0;
};

// A is uniform in +-1/sqrt(inputs), drawn from `key` (mx::random::key) site by
// site; B is zero. Throws invalid_config for unknown keys and for more layers
// than there are.
Attached attach_lora(
    nn::CausalLM& model,
    const LoraSpec& spec,
    const mlx::core::array& key);

} // namespace temper::adapters
