#include "convert/gguf_names.h"

#include <algorithm>
#include <span>
#include <utility>

namespace temper::conversion {

namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr Pair kOutside[] = {
    {"token_embd", "model.embed_tokens"},
    {"output_norm", "model.norm"},
    {"output", "lm_head"}};

constexpr Pair kInBlock[] = {
    {"attn_norm", "input_layernorm"},
    {"attn_q", "self_attn.q_proj"},
    {"attn_k", "self_attn.k_proj"},
    {"attn_v", "self_attn.v_proj"},
    {"attn_output", "self_attn.o_proj"},
    {"attn_q_norm", "self_attn.q_norm"},
    {"attn_k_norm", "self_attn.k_norm"},
    {"ffn_norm", "post_attention_layernorm"},
    {"ffn_gate", "mlp.gate_proj"},
    {"ffn_up", "mlp.up_proj"},
    {"ffn_down", "mlp.down_proj"}};

std::optional<std::string_view>
look_up(std::span<const Pair> pairs, std::string_view name) {
  for (const auto& [from, to] : pairs) {
    if (from == name) return to;
  }
  return std::nullopt;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
}

} // namespace

std::optional<std::string> hf_name(std::string_view gguf_name) {
  const auto dot = gguf_name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto kind = gguf_name.substr(dot);
  if (kind != ".weight" && kind != ".bias") return std::nullopt;
  auto module = gguf_name.substr(0, dot);
  if (const auto to = look_up(kOutside, module)) {
    return std::string(*to) + std::string(kind);
  }
  if (!module.starts_with("blk.")) return std::nullopt;
  module.remove_prefix(4);
  const auto end = module.find('.');
  if (end == std::string_view::npos) return std::nullopt;
  const auto block = module.substr(0, end);
  const auto to = look_up(kInBlock, module.substr(end + 1));
  if (!all_digits(block) || !to) return std::nullopt;
  return "model.layers." + std::string(block) + "." + std::string(*to) +
      std::string(kind);
}

RowOrder row_order(std::string_view gguf_name) {
  if (gguf_name.find(".attn_q.") != std::string_view::npos) {
    return RowOrder::query_heads;
  }
  if (gguf_name.find(".attn_k.") != std::string_view::npos) {
    return RowOrder::key_heads;
  }
  return RowOrder::as_is;
}

} // namespace temper::conversion
