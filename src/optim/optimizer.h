// Optimizers: from gradients to new values. Arrays in, arrays out; nothing is
// evaluated here.
#pragma once

#include <memory>
#include <mlx/array.h>
#include <string_view>
#include <vector>

namespace temper::optim {

class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // New values for `parameters`, in their order, which is the same in every
  // call. learning_rate: a scalar.
  virtual std::vector<mlx::core::array> update(
      const std::vector<mlx::core::array>& parameters,
      const std::vector<mlx::core::array>& gradients,
      const mlx::core::array& learning_rate) = 0;

  // What is kept between updates; to be evaluated with the new values, so that
  // the graph does not grow.
  virtual std::vector<mlx::core::array> state() const = 0;
};

// "adam" or "adamw", with MLX's defaults. Throws invalid_config.
std::unique_ptr<Optimizer> make_optimizer(std::string_view name);

} // namespace temper::optim
