// Owns the loop that turns a prompt into tokens.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "infer/sampler.h"
#include "nn/causal_lm.h"

namespace temper::infer {

struct Generation {
  std::vector<std::int32_t> tokens; // without the stop token
  bool hit_limit = false; // max_tokens came before a stop token
  std::int64_t prompt_tokens = 0;
  double prompt_seconds = 0; // until the first token was known
  double decode_seconds = 0; // from there to the end
};

// Reads the prompt in chunks, then decodes token by token until a stop token,
// max_tokens, or `on_token` (called for each token kept) returns false.
// Throws invalid_config when the prompt is empty, incompatible when it has ids
// that the model lacks.
Generation generate_tokens(
    nn::CausalLM& model,
    std::span<const std::int32_t> prompt,
    int max_tokens,
    const Sampler& sampler,
    std::span<const std::int32_t> stop_tokens,
    const std::function<bool(std::int32_t)>& on_token = {});

} // namespace temper::infer
