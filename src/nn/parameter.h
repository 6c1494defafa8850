// A named tensor of a model, frozen or trainable.
#pragma once

#include <memory>
#include <mlx/array.h>
#include <string>
#include <vector>

namespace temper::nn {

// `name` is the checkpoint's own, for example
// "model.layers.3.self_attn.q_proj.weight".
struct Parameter {
  std::string name;
  mlx::core::array value;
  bool trainable = false;
};

// Shared by the layer that computes with it and by the lists through which
// trainer, optimizer and files reach it.
using ParameterPtr = std::shared_ptr<Parameter>;

inline ParameterPtr parameter(std::string name, mlx::core::array value) {
  return std::make_shared<Parameter>(
      Parameter{std::move(name), std::move(value), false});
}

} // namespace temper::nn
