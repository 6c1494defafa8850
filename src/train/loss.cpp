#include "train/loss.h"

#include <mlx/ops.h>

#include <algorithm>

#include "base/format.h"
#include "kernels/cross_entropy/cross_entropy.h"

// N flat tokens, D model, M loss rows

namespace temper::train {

namespace mx = mlx::core;

namespace {

template <class T>
mx::array vector_of(const std::vector<T>& values, mx::Dtype dtype) {
  return mx::array(values.begin(), {int(values.size())}, dtype);
}

nn::TokenGrid grid_of(const data::Batch& batch) {
  const auto cells = batch.flat_of_cell.size();
  if (batch.real_tokens == std::int64_t(batch.tokens.size()) &&
      batch.tokens.size() == cells) {
    return nn::TokenGrid::dense(batch.rows, batch.columns);
  }
  return {
      batch.rows,
      batch.columns,
      vector_of(batch.flat_of_cell, mx::int32),
      vector_of(batch.cell_of_flat, mx::int32)};
}

void check_tokens(const std::vector<std::int32_t>& tokens, int vocab_size) {
  const auto [low, high] = std::minmax_element(tokens.begin(), tokens.end());
  if (low == tokens.end() || (*low >= 0 && *high < vocab_size)) return;
  throw make_error(
      ErrorCode::incompatible,
      "The tokenizer gave token {}, but the model knows 0 to {}. Use the "
      "tokenizer the model came with.",
      *low < 0 ? *low : *high,
      vocab_size - 1);
}

} // namespace

LossSum batch_loss(
    nn::CausalLM& model,
    const data::Batch& batch,
    const nn::Forward& forward) {
  check_tokens(batch.tokens, model.shape().vocab_size);
  check_tokens(batch.targets, model.shape().vocab_size);
  const auto tokens_N = vector_of(batch.tokens, mx::int32);
  const auto rows_M = vector_of(batch.loss_rows, mx::int32);
  const auto targets_M = vector_of(batch.targets, mx::int32);
  const auto weights_M = vector_of(batch.weights, mx::float32);

  const auto hidden_ND = model.hidden(tokens_N, grid_of(batch), forward);
  const auto chosen_MD = mx::take(hidden_ND, rows_M, /* axis= */ 0);
  const auto loss_M =
      kernels::cross_entropy(model.logits(chosen_MD), targets_M);
  return {mx::sum(loss_M * weights_M), mx::sum(weights_M)};
}

} // namespace temper::train
