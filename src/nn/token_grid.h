// Flat tokens and attention's grid.
//
// Everything that treats tokens one by one runs on a flat axis [N]. Only
// attention needs to know which tokens belong together: it sees a grid of
// `rows` documents and `columns` positions, filled by gathering flat rows and
// undone by gathering cells. Each document has a row of its own and starts at
// column 0, so position ids are column numbers and the causal mask is all the
// masking there is. Cells without a token point at a flat row that pads; flat
// rows that pad point at a cell that pads.
#pragma once

#include <mlx/array.h>
#include <optional>

namespace temper::nn {

struct TokenGrid {
  int rows = 0;
  int columns = 0;
  // [rows * columns] int32, the flat row of each cell; absent when the flat
  // order is already the grid's order (N == rows * columns).
  std::optional<mlx::core::array> flat_of_cell;
  // [N] int32, the cell of each flat row; absent likewise.
  std::optional<mlx::core::array> cell_of_flat;

  // One document, or equal ones, without padding.
  static TokenGrid dense(int rows, int columns) {
    return {rows, columns, std::nullopt, std::nullopt};
  }
};

} // namespace temper::nn
