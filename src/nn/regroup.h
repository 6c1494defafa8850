// Between the flat axis and attention's grid.
#pragma once

#include <mlx/array.h>

#include "nn/token_grid.h"

namespace temper::nn {

// x [N, ...] -> [rows * columns, ...]
mlx::core::array to_cells(const mlx::core::array& x, const TokenGrid& grid);

// x [rows * columns, ...] -> [N, ...]
mlx::core::array to_flat(const mlx::core::array& x, const TokenGrid& grid);

} // namespace temper::nn
