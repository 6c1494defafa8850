// -log softmax(logits)[target], row by row, in float32.
#pragma once

#include <mlx/array.h>

namespace temper::kernels {

// [M, V] of any float type, [M] int32 in [0, V) -> [M] float32
mlx::core::array cross_entropy(
    const mlx::core::array& logits_MV,
    const mlx::core::array& targets_M);

} // namespace temper::kernels
