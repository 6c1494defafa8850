// What one micro-step takes: flat tokens, attention's grid, and the rows of
// the flat axis that predict a supervised token. Host memory only.
#pragma once

#include <cstdint>
#include <vector>

namespace temper::data {

struct Batch {
  std::vector<std::int32_t> tokens; // [N], padded to a bounded set of sizes
  int rows = 0, columns = 0; // the grid; columns likewise bounded
  std::vector<std::int32_t> flat_of_cell; // [rows * columns]
  std::vector<std::int32_t> cell_of_flat; // [N]
  // Supervised positions: hidden row `loss_rows[i]` predicts `targets[i]`.
  // Padded to a bounded size; weights[i] is 0 on padding, else 1.
  std::vector<std::int32_t> loss_rows, targets;
  std::vector<float> weights;

  std::int64_t real_tokens = 0;
  std::int64_t supervised_tokens = 0;
};

} // namespace temper::data
