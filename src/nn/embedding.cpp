#include "nn/embedding.h"

#include <mlx/ops.h>

namespace temper::nn {

namespace mx = mlx::core;

mx::array
embed(const WeightStore& table, const mx::array& tokens_N, mx::Dtype dtype) {
  auto rows = [&](const ParameterPtr& p) {
    return mx::take(p->value, tokens_N, /* axis= */ 0);
  };
  if (!table.packed()) return mx::astype(rows(table.weight), dtype);
  return mx::dequantize(
      rows(table.weight),
      rows(table.scales),
      table.biases ? std::optional(rows(table.biases)) : std::nullopt,
      table.quantization->group_size,
      table.quantization->bits,
      table.quantization->mode,
      /* global_scale= */ std::nullopt,
      dtype);
}

} // namespace temper::nn
