// x / sqrt(mean(x^2) + eps) * weight, over the last axis.
#pragma once

#include <mlx/array.h>

namespace temper::kernels {

// [..., D], [D] -> [..., D]
mlx::core::array
rms_norm(const mlx::core::array& x, const mlx::core::array& weight, float eps);

} // namespace temper::kernels
