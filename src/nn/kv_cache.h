// Keys and values of the tokens seen so far, block by block.
//
// B rows, G key/value heads, L new tokens, S all tokens, K head width.
#pragma once

#include <mlx/array.h>
#include <optional>
#include <utility>
#include <vector>

namespace temper::nn {

class KvCache {
 public:
  explicit KvCache(int num_layers) : layers_(num_layers) {}

  // Tokens a block holds; before its append this is where new ones begin.
  int offset(int layer) const { return layers_.at(layer).length; }
  // Tokens held between two forward passes.
  int length() const { return layers_.empty() ? 0 : layers_[0].length; }

  // Adds [B, G, L, K] each and returns all, [B, G, S, K] each.
  std::pair<mlx::core::array, mlx::core::array> append(
      int layer,
      const mlx::core::array& keys_BGLK,
      const mlx::core::array& values_BGLK);

  // What to evaluate after a step, so that the graph does not grow.
  std::vector<mlx::core::array> arrays() const;

 private:
  struct Layer {
    std::optional<mlx::core::array> keys, values; // with room to grow
    int length = 0;
  };
  std::vector<Layer> layers_;
};

} // namespace temper::nn
