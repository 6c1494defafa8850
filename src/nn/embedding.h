// A table of token vectors, which may serve as the output head as well.
#pragma once

#include <mlx/array.h>

#include "nn/linear.h"

namespace temper::nn {

// [N] int32, each in [0, vocabulary) -> [N, D] of `dtype`
mlx::core::array embed(
    const WeightStore& table,
    const mlx::core::array& tokens_N,
    mlx::core::Dtype dtype);

} // namespace temper::nn
