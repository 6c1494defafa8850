// A model folder in, a model out.
#pragma once

#include <memory>
#include <mlx/dtype.h>
#include <optional>
#include <string>

#include "nn/causal_lm.h"

namespace temper::models {

struct LoadOptions {
  // Type of dense weights and activations; default bfloat16 on a GPU and
  // float32 on the CPU.
  std::optional<mlx::core::Dtype> compute_dtype;
};

// Reads config.json and every model*.safetensors of `folder`, with or without
// an index. Throws not_found; corrupt_file; incompatible, listing every
// missing, unexpected and misshapen tensor.
std::unique_ptr<nn::CausalLM>
load_model(const std::string& folder, const LoadOptions& options = {});

} // namespace temper::models
