// Owns the weights of a written model: model.safetensors or its shards, and
// their index, as mlx-lm lays them out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "convert/model_source.h"

namespace temper::conversion {

inline constexpr std::int64_t kShardBytes = std::int64_t(5) << 30;

struct WrittenWeights {
  std::int64_t tensors = 0, parameters = 0, bytes = 0;
};

// Fills shards in the order given; a tensor over the limit has its own.
WrittenWeights write_weights(
    const std::string& folder,
    const std::vector<OutputTensor>& tensors,
    std::int64_t shard_bytes = kShardBytes);

} // namespace temper::conversion
