// A causal language model whose next token is a rule on the one before.
#pragma once

#include <mlx/ops.h>

#include <vector>

#include "nn/causal_lm.h"

namespace temper::test {

// After token t comes (t + 1) mod vocab: hidden rows are one-hot of t, and the
// head shifts them by one. Remembers the length of every forward pass.
class CountingModel : public nn::CausalLM {
 public:
  explicit CountingModel(int vocab) {
    shape_.vocab_size = vocab;
    shape_.hidden_size = vocab;
  }

  const nn::ModelShape& shape() const override { return shape_; }

  mlx::core::array hidden(
      const mlx::core::array& tokens_N,
      const nn::TokenGrid& grid,
      const nn::Forward&,
      nn::KvCache*) override {
    passes.push_back(grid.columns);
    return mlx::core::take(
        mlx::core::eye(shape_.vocab_size), tokens_N, /* axis= */ 0);
  }

  mlx::core::array logits(const mlx::core::array& hidden_MD) override {
    return mlx::core::roll(hidden_MD, /* shift= */ 1, /* axis= */ 1);
  }

  nn::KvCache make_cache() const override { return nn::KvCache(0); }
  std::vector<nn::ParameterPtr> parameters() override { return {}; }
  std::vector<nn::AdapterSite> adapter_sites() override { return {}; }

  std::vector<int> passes;

 private:
  nn::ModelShape shape_;
};

} // namespace temper::test
