// Causal attention: softmax(scale * Q K^T) V.
//
// B rows, H query heads, G key/value heads (H a multiple of G), L new tokens,
// S all tokens, K head width. New tokens are the last L of S, and each sees
// itself and what came before.
#pragma once

#include <mlx/array.h>

namespace temper::kernels {

// [B, H, L, K], [B, G, S, K], [B, G, S, K] -> [B, H, L, K]
mlx::core::array causal_attention(
    const mlx::core::array& q_BHLK,
    const mlx::core::array& k_BGSK,
    const mlx::core::array& v_BGSK,
    float scale);

} // namespace temper::kernels
