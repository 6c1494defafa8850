#include <mlx/ops.h>

#include "kernels/cross_entropy/cross_entropy.h"

namespace temper::kernels {

namespace mx = mlx::core;

mx::array
cross_entropy(const mx::array& logits_MV, const mx::array& targets_M) {
  auto wide_MV = mx::astype(logits_MV, mx::float32);
  auto picked_M1 = mx::take_along_axis(
      wide_MV, mx::expand_dims(targets_M, /* axis= */ 1), /* axis= */ 1);
  return mx::logsumexp(wide_MV, /* axis= */ 1) -
      mx::squeeze(picked_M1, /* axis= */ 1);
}

} // namespace temper::kernels
