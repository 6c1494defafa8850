#include "models/decoder.h"

#include <mlx/ops.h>
#include <mlx/random.h>
#include <mlx/transforms.h>

#include "base/format.h"
#include "kernels/rms_norm/rms_norm.h"
#include "models/block.h"
#include "nn/embedding.h"
#include "nn/rope_rule.h"

namespace temper::models {

namespace mx = mlx::core;

namespace {

std::vector<nn::ParameterPtr>
trainable(const std::vector<nn::ParameterPtr>& all) {
  std::vector<nn::ParameterPtr> some;
  for (const auto& p : all) {
    if (p->trainable) some.push_back(p);
  }
  return some;
}

std::vector<mx::array> values(const std::vector<nn::ParameterPtr>& list) {
  std::vector<mx::array> all;
  for (const auto& p : list)
    all.push_back(p->value);
  return all;
}

// The block, keeping nothing for the backward pass but its inputs. Captured
// arrays get no gradient there, so the trainable values go in as inputs and
// stand in for the parameters while the block runs.
mx::array
recomputed(const Block& block, const mx::array& x_ND, const Pass& pass) {
  auto trained = trainable(block.parameters());
  auto run = [&block, trained, pass](const std::vector<mx::array>& in) {
    auto kept = values(trained);
    for (std::size_t i = 0; i < trained.size(); ++i) {
      trained[i]->value = in[i + 1];
    }
    auto out = block(in[0], pass);
    for (std::size_t i = 0; i < trained.size(); ++i) {
      trained[i]->value = kept[i];
    }
    return std::vector<mx::array>{out};
  };
  auto inputs = values(trained);
  inputs.insert(inputs.begin(), x_ND);
  return mx::checkpoint(run)(inputs)[0];
}

// A matrix counts once, however it is stored.
std::int64_t elements(const nn::WeightStore& store) {
  return std::int64_t{store.outputs()} * store.inputs();
}

class Decoder : public nn::CausalLM {
 public:
  Decoder(const DecoderConfig& how, const Json& config, Weights& weights);

  const nn::ModelShape& shape() const override { return shape_; }
  mx::array hidden(
      const mx::array& tokens_N,
      const nn::TokenGrid& grid,
      const nn::Forward& forward,
      nn::KvCache* cache) override;
  mx::array logits(const mx::array& hidden_MD) override;
  nn::KvCache make_cache() const override {
    return nn::KvCache(shape_.num_layers);
  }
  std::vector<nn::ParameterPtr> parameters() override;
  std::vector<nn::AdapterSite> adapter_sites() override;

 private:
  int sites() const { return shape_.num_layers * Block::kSites + 1; }
  void count_parameters();

  nn::ModelShape shape_;
  mx::Dtype dtype_;
  float eps_;
  nn::WeightStore embedding_;
  std::vector<Block> blocks_;
  nn::ParameterPtr norm_;
  std::optional<nn::Linear> head_; // absent: the embedding is the head
};

// Without the key, the checkpoint itself tells: a head it holds is meant.
bool tied(const Json& config, const Weights& weights) {
  bool untold = !weights.has("lm_head.weight");
  return config_flag(config, "tie_word_embeddings", untold);
}

Decoder::Decoder(const DecoderConfig& how, const Json& config, Weights& weights)
    : shape_{how.model_type, how.vocab_size, how.hidden_size, how.num_layers},
      dtype_(weights.compute_dtype()), eps_(how.norm_eps),
      embedding_(weights.matrix(
          "model.embed_tokens",
          how.vocab_size,
          how.hidden_size)),
      norm_(weights.tensor("model.norm.weight", {how.hidden_size})) {
  auto periods = nn::rope_periods(config, how.head_dim, how.rope_theta);
  for (int i = 0; i < how.num_layers; ++i) {
    blocks_.emplace_back(how, i, i * Block::kSites, periods, weights);
  }
  if (tied(config, weights)) {
    for (const char* part : {"weight", "scales", "biases"}) {
      weights.ignore(format("lm_head.{}", part));
    }
  } else {
    head_.emplace(
        "lm_head",
        sites() - 1,
        weights.matrix("lm_head", how.vocab_size, how.hidden_size),
        nullptr);
  }
  count_parameters();
}

void Decoder::count_parameters() {
  std::int64_t count = elements(embedding_) + norm_->value.size();
  if (head_) count += elements(head_->weight());
  for (Block& block : blocks_) {
    for (const auto& p : block.parameters()) {
      if (p->value.ndim() == 1) count += p->value.size();
    }
    for (nn::Linear* linear : block.linears()) {
      count += elements(linear->weight());
    }
  }
  shape_.parameter_count = count;
}

mx::array Decoder::hidden(
    const mx::array& tokens_N,
    const nn::TokenGrid& grid,
    const nn::Forward& forward,
    nn::KvCache* cache) {
  Pass pass{grid, std::nullopt, cache};
  if (forward.dropout_key) {
    pass.dropout = mx::random::split(*forward.dropout_key, sites());
  }
  auto h_ND = nn::embed(embedding_, tokens_N, dtype_);
  bool traced = false; // does a gradient reach this block?
  for (const Block& block : blocks_) {
    traced = traced || !trainable(block.parameters()).empty();
    h_ND = forward.recompute_blocks && traced ? recomputed(block, h_ND, pass)
                                              : block(h_ND, pass);
  }
  return h_ND;
}

mx::array Decoder::logits(const mx::array& hidden_MD) {
  auto n_MD = kernels::rms_norm(hidden_MD, norm_->value, eps_);
  return head_ ? (*head_)(n_MD) : embedding_.multiply(n_MD);
}

std::vector<nn::ParameterPtr> Decoder::parameters() {
  std::vector<nn::ParameterPtr> all;
  embedding_.append_to(all);
  for (const Block& block : blocks_) {
    auto more = block.parameters();
    all.insert(all.end(), more.begin(), more.end());
  }
  all.push_back(norm_);
  if (head_) head_->append_to(all);
  return all;
}

std::vector<nn::AdapterSite> Decoder::adapter_sites() {
  std::vector<nn::AdapterSite> all;
  for (int i = 0; i < shape_.num_layers; ++i) {
    std::string prefix = format("model.layers.{}.", i);
    for (nn::Linear* linear : blocks_[i].linears()) {
      const std::string& path = linear->path();
      all.push_back({path, path.substr(prefix.size()), i, linear});
    }
  }
  if (head_) all.push_back({head_->path(), head_->path(), -1, &*head_});
  return all;
}

} // namespace

std::unique_ptr<nn::CausalLM>
make_decoder(DecoderConfig how, const Json& config, Weights& weights) {
  return std::make_unique<Decoder>(how, config, weights);
}

} // namespace temper::models
