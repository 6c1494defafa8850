// Rotary position embedding: pairs of channels turn with the position.
//
// Pair i of a token at position p turns by p / periods[i] radians. Pairs are
// (i, K/2 + i), or (2i, 2i + 1) when interleaved.
#pragma once

#include <mlx/array.h>

namespace temper::kernels {

enum class RopePairs { halves, interleaved };

// [B, H, L, K], [K / 2] -> [B, H, L, K]; column c is at position offset + c.
mlx::core::array rope(
    const mlx::core::array& x_BHLK,
    const mlx::core::array& periods,
    RopePairs pairs,
    int offset);

} // namespace temper::kernels
