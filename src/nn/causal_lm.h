// The role trainer and generator know: a causal language model.
#pragma once

#include <memory>
#include <mlx/array.h>
#include <optional>
#include <string>
#include <vector>

#include "nn/kv_cache.h"
#include "nn/linear.h"
#include "nn/parameter.h"
#include "nn/token_grid.h"

namespace temper::nn {

struct ModelShape {
  std::string model_type;
  int vocab_size = 0;
  int hidden_size = 0;
  int num_layers = 0;
  std::int64_t parameter_count = 0; // weights, a quantized one counted once
};

// How a forward pass is made.
struct Forward {
  // Key of the dropout masks; absent outside training.
  std::optional<mlx::core::array> dropout_key;
  // Recompute each trained block in the backward pass.
  bool recompute_blocks = false;
};

// A linear-like layer an adapter may attach to.
struct AdapterSite {
  std::string path; // "model.layers.3.self_attn.q_proj"
  std::string block_path; // "self_attn.q_proj"; equals path outside blocks
  int block = -1; // -1 outside the blocks
  Linear* linear = nullptr; // owned by the model
};

class CausalLM {
 public:
  virtual ~CausalLM() = default;

  virtual const ModelShape& shape() const = 0;

  // tokens_N [N] int32 -> [N, D], the last block's output before the final
  // norm. With a cache, grid must be dense and its tokens follow those cached.
  virtual mlx::core::array hidden(
      const mlx::core::array& tokens_N,
      const TokenGrid& grid,
      const Forward& forward = {},
      KvCache* cache = nullptr) = 0;

  // [M, D] -> [M, V]: final norm and head.
  virtual mlx::core::array logits(const mlx::core::array& hidden_MD) = 0;

  virtual KvCache make_cache() const = 0;

  // Every tensor, frozen or trainable, adapters included.
  virtual std::vector<ParameterPtr> parameters() = 0;

  virtual std::vector<AdapterSite> adapter_sites() = 0;
};

} // namespace temper::nn
