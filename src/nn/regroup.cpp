#include "nn/regroup.h"

#include <mlx/ops.h>
#include <mlx/transforms.h>

namespace temper::nn {

namespace mx = mlx::core;

namespace {

// take(x, index), whose gradient is take(gradient, inverse) rather than a
// scatter: cheaper, and in a fixed order. It is exact because each real token
// has one row and one cell, and the gradient of whatever pads is zero.
mx::array
gather(const mx::array& x, const mx::array& index, const mx::array& inverse) {
  using Arrays = std::vector<mx::array>;
  auto forward = [index](const Arrays& in) {
    return Arrays{mx::take(in[0], index, /* axis= */ 0)};
  };
  auto backward =
      [inverse](const Arrays&, const Arrays& gradient, const Arrays&) {
        return Arrays{mx::take(gradient[0], inverse, /* axis= */ 0)};
      };
  return mx::custom_vjp(forward, backward)({x})[0];
}

} // namespace

mx::array to_cells(const mx::array& x, const TokenGrid& grid) {
  if (!grid.flat_of_cell) return x;
  return gather(x, *grid.flat_of_cell, *grid.cell_of_flat);
}

mx::array to_flat(const mx::array& x, const TokenGrid& grid) {
  if (!grid.cell_of_flat) return x;
  return gather(x, *grid.cell_of_flat, *grid.flat_of_cell);
}

} // namespace temper::nn
