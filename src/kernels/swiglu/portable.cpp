#include <mlx/ops.h>

#include "kernels/swiglu/swiglu.h"

namespace temper::kernels {

namespace mx = mlx::core;

mx::array swiglu(const mx::array& gate, const mx::array& up) {
  return gate * mx::sigmoid(gate) * up;
}

} // namespace temper::kernels
