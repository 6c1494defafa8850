// One block of the common decoder.
//
// N flat tokens, D model, B rows, L columns, H heads, G key/value heads, K head
// width.
#pragma once

#include <mlx/array.h>
#include <optional>
#include <string>
#include <vector>

#include "models/decoder.h"

namespace temper::models {

// What a block needs to know about one forward pass.
struct Pass {
  nn::TokenGrid grid;
  nn::DropoutKeys dropout;
  nn::KvCache* cache = nullptr;
};

class Block {
 public:
  // Takes "model.layers.<index>...." from `weights`; its adapter sites are
  // numbered from `first_site`. `periods` as kernels::rope takes them.
  Block(
      const DecoderConfig& how,
      int index,
      int first_site,
      const mlx::core::array& periods,
      Weights& weights);

  // x [N, D] -> [N, D]
  mlx::core::array operator()(const mlx::core::array& x_ND, const Pass&) const;

  std::vector<nn::ParameterPtr> parameters() const;
  std::vector<nn::Linear*> linears();

  static constexpr int kSites = 7;

 private:
  mlx::core::array attend(const mlx::core::array& x_ND, const Pass&) const;
  mlx::core::array
  feed_forward(const mlx::core::array& x_ND, const Pass&) const;
  // [N, heads * K] -> [B, heads, L, K]
  mlx::core::array heads_of(
      const mlx::core::array& x,
      int heads,
      const nn::ParameterPtr& norm,
      const Pass&) const;

  int index_, heads_, kv_heads_, head_dim_;
  float eps_;
  bool interleaved_;
  std::optional<mlx::core::array> periods_; // absent: no rotation
  nn::Linear q_, k_, v_, o_, gate_, up_, down_;
  nn::ParameterPtr input_norm_, output_norm_;
  nn::ParameterPtr q_norm_, k_norm_; // null without head norms
};

} // namespace temper::models
