#include "convert/gguf_names.h"

#include <gtest/gtest.h>

namespace temper::conversion {
namespace {

TEST(GgufNames, names_of_llama_and_qwen_have_their_place) {
  EXPECT_EQ(hf_name("token_embd.weight"), "model.embed_tokens.weight");
  EXPECT_EQ(hf_name("output.weight"), "lm_head.weight");
  EXPECT_EQ(hf_name("output_norm.weight"), "model.norm.weight");
  EXPECT_EQ(
      hf_name("blk.12.attn_q.bias"), "model.layers.12.self_attn.q_proj.bias");
  EXPECT_EQ(
      hf_name("blk.0.ffn_norm.weight"),
      "model.layers.0.post_attention_layernorm.weight");
  EXPECT_EQ(
      hf_name("blk.3.ffn_down.weight"), "model.layers.3.mlp.down_proj.weight");
}

TEST(GgufNames, other_names_have_none) {
  for (const char* name :
       {"rope_freqs.weight",
        "blk.x.attn_q.weight",
        "blk.1.attn_q",
        "blk.1",
        "blk..attn_q.weight",
        "",
        "blk.1.attn_q.scale"}) {
    EXPECT_EQ(hf_name(name), std::nullopt) << name;
  }
}

TEST(GgufNames, only_q_and_k_projections_are_reordered) {
  EXPECT_EQ(row_order("blk.1.attn_q.weight"), RowOrder::query_heads);
  EXPECT_EQ(row_order("blk.1.attn_k.bias"), RowOrder::key_heads);
  EXPECT_EQ(row_order("blk.1.attn_v.weight"), RowOrder::as_is);
  EXPECT_EQ(row_order("blk.1.attn_q_norm.weight"), RowOrder::as_is);
}

} // namespace
} // namespace temper::conversion
