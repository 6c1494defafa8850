#include "data/collate.h"

#include <algorithm>
#include <limits>

#include "base/format.h"

namespace temper::data {
namespace {

std::int64_t round_up(std::int64_t n, std::int64_t unit) {
  return (n + unit - 1) / unit * unit;
}

// The last token predicts nothing.
std::int64_t inputs_of(const Example& example) {
  return std::max<std::int64_t>(std::int64_t(example.tokens.size()) - 1, 0);
}

struct Layout {
  std::int64_t rows = 0, columns = 0;
  std::int64_t real = 0; // flat rows that hold a token
  std::int64_t flat = 0; // flat rows, padding included

  std::int64_t cells() const { return rows * columns; }
};

// Cells and flat rows pad together or not at all: each points at the other's
// padding.
Layout lay_out(const std::vector<const Example*>& examples) {
  Layout layout;
  std::int64_t longest = 0;
  for (const auto* example : examples) {
    longest = std::max(longest, inputs_of(*example));
    layout.real += inputs_of(*example);
  }
  layout.rows = std::int64_t(examples.size());
  layout.columns = bounded_columns(longest);
  layout.flat = bounded_size(layout.real);
  if (layout.cells() > layout.real && layout.flat == layout.real) {
    layout.flat = bounded_size(layout.real + 1);
  }
  if (layout.flat > layout.real && layout.cells() == layout.real) {
    layout.columns = bounded_columns(longest + 1);
  }
  const auto most = std::numeric_limits<std::int32_t>::max();
  if (layout.cells() > most || layout.flat > most) {
    throw make_error(
        ErrorCode::invalid_data,
        "A batch of {} rows of up to {} tokens is too large. Lower batch_size "
        "or max_seq_length.",
        layout.rows,
        longest);
  }
  return layout;
}

void place(Batch& batch, const Example& example, int row, std::int32_t flat) {
  const auto count = std::int32_t(inputs_of(example));
  for (std::int32_t i = 0; i < count; ++i) {
    const auto cell = row * batch.columns + i;
    batch.tokens[std::size_t(flat + i)] = example.tokens[std::size_t(i)];
    batch.flat_of_cell[std::size_t(cell)] = flat + i;
    batch.cell_of_flat[std::size_t(flat + i)] = cell;
    if (!example.loss_mask[std::size_t(i + 1)]) continue;
    batch.loss_rows.push_back(flat + i);
    batch.targets.push_back(example.tokens[std::size_t(i + 1)]);
  }
}

void pad_targets(Batch& batch) {
  batch.supervised_tokens = std::int64_t(batch.loss_rows.size());
  const auto size = std::size_t(
      bounded_size(std::max<std::int64_t>(batch.supervised_tokens, 1)));
  batch.weights.assign(batch.loss_rows.size(), 1.0f);
  batch.loss_rows.resize(size, 0);
  batch.targets.resize(size, 0);
  batch.weights.resize(size, 0.0f);
}

} // namespace

std::int64_t bounded_size(std::int64_t n) {
  return round_up(n, n <= 512 ? 32 : n <= 2048 ? 64 : 256);
}

std::int64_t bounded_columns(std::int64_t n) {
  return round_up(n, n <= 256 ? 16 : 32);
}

Batch collate(const std::vector<const Example*>& examples) {
  const Layout layout = lay_out(examples);
  Batch batch;
  batch.rows = int(layout.rows);
  batch.columns = int(layout.columns);
  batch.real_tokens = layout.real;
  batch.tokens.assign(std::size_t(layout.flat), 0);
  batch.flat_of_cell.assign(
      std::size_t(layout.cells()), std::int32_t(layout.real));
  batch.cell_of_flat.assign(std::size_t(layout.flat), -1);

  std::int32_t flat = 0;
  for (int row = 0; row < batch.rows; ++row) {
    const Example& example = *examples[std::size_t(row)];
    place(batch, example, row, flat);
    flat += std::int32_t(inputs_of(example));
  }
  const auto pad = std::find(
      batch.flat_of_cell.begin(),
      batch.flat_of_cell.end(),
      std::int32_t(layout.real));
  std::replace(
      batch.cell_of_flat.begin(),
      batch.cell_of_flat.end(),
      -1,
      std::int32_t(pad - batch.flat_of_cell.begin()));
  pad_targets(batch);
  return batch;
}

} // namespace temper::data
