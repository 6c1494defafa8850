// A language model small enough to compute by hand: the hidden state of a token
// is its row of a table, and the logits are that row.
#pragma once

#include <gmock/gmock.h>
#include <mlx/ops.h>

#include "data/collate.h"
#include "nn/causal_lm.h"
#include "temper/error.h"
#include "temper/events.h"

namespace temper::train {

namespace mx = mlx::core;

// V tokens; table [V, V], trainable; `frozen` is a parameter that is not.
class TableModel : public nn::CausalLM {
 public:
  explicit TableModel(int vocabulary)
      : table(nn::parameter("table", mx::zeros({vocabulary, vocabulary}))),
        frozen(nn::parameter("frozen", mx::ones({2}))) {
    shape_.vocab_size = vocabulary;
    table->trainable = true;
  }

  const nn::ModelShape& shape() const override { return shape_; }

  mx::array hidden(
      const mx::array& tokens_N,
      const nn::TokenGrid& grid,
      const nn::Forward& forward,
      nn::KvCache*) override {
    last_grid = grid;
    if (forward.dropout_key) keys.push_back(*forward.dropout_key);
    return mx::take(table->value, tokens_N, /* axis= */ 0);
  }
  mx::array logits(const mx::array& hidden_MD) override {
    if (throws) throw Error(ErrorCode::internal, "No logits.");
    return hidden_MD;
  }
  nn::KvCache make_cache() const override { return nn::KvCache(0); }
  std::vector<nn::ParameterPtr> parameters() override {
    return {frozen, table};
  }
  std::vector<nn::AdapterSite> adapter_sites() override { return {}; }

  nn::ParameterPtr table, frozen;
  nn::TokenGrid last_grid;
  std::vector<mx::array> keys; // of dropout, call by call
  bool throws = false;

 private:
  nn::ModelShape shape_;
};

// Tokens, of which all but the first are learned.
inline data::Example example_of(std::vector<std::int32_t> tokens) {
  data::Example example{std::move(tokens), {}, ""};
  example.loss_mask.assign(example.tokens.size(), 1);
  example.loss_mask[0] = 0;
  return example;
}

inline data::Batch batch_of(const std::vector<data::Example>& examples) {
  std::vector<const data::Example*> chosen;
  for (const auto& example : examples)
    chosen.push_back(&example);
  return data::collate(chosen);
}

class Recorder : public Observer {
 public:
  void on(const Event& event) override { events.push_back(event); }

  template <class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const auto& event : events) {
      if (const auto* one = std::get_if<T>(&event)) found.push_back(*one);
    }
    return found;
  }

  std::vector<Event> events;
};

} // namespace temper::train
