// Which of a model's matrices are packed and how, as config.json tells.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "nn/linear.h"

namespace temper::models {

class Packing {
 public:
  // Reads `quantization` (or its copy `quantization_config`). Throws
  // incompatible for methods of other programs and for sizes MLX lacks.
  explicit Packing(const Json& config);

  // How the matrix at `path` is packed, if it is; `has_scales` says whether
  // the checkpoint holds its scales.
  std::optional<nn::Quantization>
  of(const std::string& path, bool has_scales) const;

 private:
  Json rules_ = Json::object();
};

} // namespace temper::models
