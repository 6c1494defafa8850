// The gate of the feed-forward layer: gate * sigmoid(gate) * up.
#pragma once

#include <mlx/array.h>

namespace temper::kernels {

mlx::core::array
swiglu(const mlx::core::array& gate, const mlx::core::array& up);

} // namespace temper::kernels
