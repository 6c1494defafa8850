#include <mlx/fast.h>

#include "kernels/rope/rope.h"

namespace temper::kernels {

namespace mx = mlx::core;

mx::array rope(
    const mx::array& x_BHLK,
    const mx::array& periods,
    RopePairs pairs,
    int offset) {
  return mx::fast::rope(
      x_BHLK,
      x_BHLK.shape(-1),
      /* traditional= */ pairs == RopePairs::interleaved,
      /* base= */ std::nullopt,
      /* scale= */ 1.0f,
      offset,
      periods);
}

} // namespace temper::kernels
