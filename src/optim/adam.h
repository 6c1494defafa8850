// Adam and AdamW as MLX has them: without bias correction.
//
//   m <- b1 m + (1 - b1) g,  v <- b2 v + (1 - b2) g^2
//   w <- w (1 - rate * decay) - rate * m / (sqrt(v) + eps)
//
// Kingma, Ba: Adam, arXiv 1412.6980; Loshchilov, Hutter: Decoupled weight decay
// regularization, arXiv 1711.05101.
#pragma once

#include "optim/optimizer.h"

namespace temper::optim {

// In double, for 1 - beta2 in float32 is off in its fifth digit.
struct AdamConfig {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0; // AdamW: 0.01
};

class Adam final : public Optimizer {
 public:
  explicit Adam(AdamConfig config = {}) : config_(config) {}

  std::vector<mlx::core::array> update(
      const std::vector<mlx::core::array>& parameters,
      const std::vector<mlx::core::array>& gradients,
      const mlx::core::array& learning_rate) override;

  std::vector<mlx::core::array> state() const override;

 private:
  AdamConfig config_;
  std::vector<mlx::core::array> m_, v_; // empty before the first update
};

} // namespace temper::optim
