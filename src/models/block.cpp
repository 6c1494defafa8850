#include "models/block.h"

#include <mlx/ops.h>

#include <cmath>

#include "base/format.h"
#include "kernels/attention/attention.h"
#include "kernels/rms_norm/rms_norm.h"
#include "kernels/rope/rope.h"
#include "kernels/swiglu/swiglu.h"
#include "nn/regroup.h"

namespace temper::models {

namespace mx = mlx::core;

namespace {

std::string path(int index, const char* inside) {
  return format("model.layers.{}.{}", index, inside);
}

nn::Linear linear(
    Weights& weights,
    const std::string& path,
    int site,
    int outputs,
    int inputs,
    bool bias) {
  auto store = weights.matrix(path, outputs, inputs);
  auto added = bias ? weights.tensor(path + ".bias", {outputs}) : nullptr;
  return {path, site, std::move(store), std::move(added)};
}

bool rotates(const DecoderConfig& how, int index) {
  return how.rope_in_layer.empty() || how.rope_in_layer.at(index);
}

} // namespace

Block::Block(
    const DecoderConfig& how,
    int index,
    int first_site,
    const mx::array& periods,
    Weights& weights)
    : index_(index), heads_(how.heads), kv_heads_(how.kv_heads),
      head_dim_(how.head_dim), eps_(how.norm_eps),
      interleaved_(how.rope_interleaved),
      periods_(rotates(how, index) ? std::optional(periods) : std::nullopt),
      q_(linear(
          weights,
          path(index, "self_attn.q_proj"),
          first_site,
          heads_ * head_dim_,
          how.hidden_size,
          how.qkv_bias)),
      k_(linear(
          weights,
          path(index, "self_attn.k_proj"),
          first_site + 1,
          kv_heads_ * head_dim_,
          how.hidden_size,
          how.qkv_bias)),
      v_(linear(
          weights,
          path(index, "self_attn.v_proj"),
          first_site + 2,
          kv_heads_ * head_dim_,
          how.hidden_size,
          how.qkv_bias)),
      o_(linear(
          weights,
          path(index, "self_attn.o_proj"),
          first_site + 3,
          how.hidden_size,
          heads_ * head_dim_,
          how.o_bias)),
      gate_(linear(
          weights,
          path(index, "mlp.gate_proj"),
          first_site + 4,
          how.intermediate_size,
          how.hidden_size,
          how.mlp_bias)),
      up_(linear(
          weights,
          path(index, "mlp.up_proj"),
          first_site + 5,
          how.intermediate_size,
          how.hidden_size,
          how.mlp_bias)),
      down_(linear(
          weights,
          path(index, "mlp.down_proj"),
          first_site + 6,
          how.hidden_size,
          how.intermediate_size,
          how.mlp_bias)),
      input_norm_(weights.tensor(
          path(index, "input_layernorm.weight"),
          {how.hidden_size})),
      output_norm_(weights.tensor(
          path(index, "post_attention_layernorm.weight"),
          {how.hidden_size})) {
  if (!how.head_norms) return;
  q_norm_ = weights.tensor(path(index, "self_attn.q_norm.weight"), {head_dim_});
  k_norm_ = weights.tensor(path(index, "self_attn.k_norm.weight"), {head_dim_});
}

mx::array Block::operator()(const mx::array& x_ND, const Pass& pass) const {
  auto h_ND =
      x_ND + attend(kernels::rms_norm(x_ND, input_norm_->value, eps_), pass);
  auto n_ND = kernels::rms_norm(h_ND, output_norm_->value, eps_);
  return h_ND + feed_forward(n_ND, pass);
}

mx::array Block::heads_of(
    const mx::array& x,
    int heads,
    const nn::ParameterPtr& norm,
    const Pass& pass) const {
  const nn::TokenGrid& grid = pass.grid;
  auto cells = mx::reshape(
      nn::to_cells(x, grid), {grid.rows, grid.columns, heads, head_dim_});
  if (norm) cells = kernels::rms_norm(cells, norm->value, eps_);
  return mx::transpose(cells, {0, 2, 1, 3});
}

mx::array Block::attend(const mx::array& x_ND, const Pass& pass) const {
  auto q_BHLK = heads_of(q_(x_ND, pass.dropout), heads_, q_norm_, pass);
  auto k_BGLK = heads_of(k_(x_ND, pass.dropout), kv_heads_, k_norm_, pass);
  auto v_BGLK = heads_of(v_(x_ND, pass.dropout), kv_heads_, nullptr, pass);
  if (periods_) {
    int offset = pass.cache ? pass.cache->offset(index_) : 0;
    auto pairs = interleaved_ ? kernels::RopePairs::interleaved
                              : kernels::RopePairs::halves;
    q_BHLK = kernels::rope(q_BHLK, *periods_, pairs, offset);
    k_BGLK = kernels::rope(k_BGLK, *periods_, pairs, offset);
  }
  auto [k_BGSK, v_BGSK] = pass.cache
      ? pass.cache->append(index_, k_BGLK, v_BGLK)
      : std::pair(k_BGLK, v_BGLK);
  float scale = 1.0f / std::sqrt(static_cast<float>(head_dim_));
  auto out_BHLK = kernels::causal_attention(q_BHLK, k_BGSK, v_BGSK, scale);
  int cells = pass.grid.rows * pass.grid.columns;
  auto out = mx::reshape(
      mx::transpose(out_BHLK, {0, 2, 1, 3}), {cells, heads_ * head_dim_});
  return o_(nn::to_flat(out, pass.grid), pass.dropout);
}

mx::array Block::feed_forward(const mx::array& x_ND, const Pass& pass) const {
  auto gate = gate_(x_ND, pass.dropout);
  auto up = up_(x_ND, pass.dropout);
  return down_(kernels::swiglu(gate, up), pass.dropout);
}

std::vector<nn::ParameterPtr> Block::parameters() const {
  std::vector<nn::ParameterPtr> all;
  for (const nn::Linear* l : {&q_, &k_, &v_, &o_, &gate_, &up_, &down_}) {
    l->append_to(all);
  }
  for (const auto& p : {input_norm_, output_norm_, q_norm_, k_norm_}) {
    if (p) all.push_back(p);
  }
  return all;
}

std::vector<nn::Linear*> Block::linears() {
  return {&q_, &k_, &v_, &o_, &gate_, &up_, &down_};
}

} // namespace temper::models
