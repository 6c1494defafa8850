// Owns GGUF's quantized blocks as MLX's affine groups, bit for bit.
//
// A block holds 32 weights of one row and a scale d (Q4_1 also a minimum m):
//   Q4_0  d, 16 bytes    w = d (q - 8)      affine: scale d, bias -8 d
//   Q4_1  d, m, 16 bytes w = d q + m        affine: scale d, bias m
//   Q8_0  d, 32 bytes    w = d q, signed    affine: scale d, bias -128 d
// Weight i of a 4-bit block is the low half of byte i, weight i + 16 the high
// half; MLX packs neighbours into uint32, the first in the lowest bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "io/gguf.h"
#include "io/safetensors.h"

namespace temper::conversion {

inline constexpr std::int64_t kBlock = 32; // weights of a block and a group

bool is_quantized(io::GgufType type);
int bits_of(io::GgufType type); // 4 or 8
io::ElementType dense_type(io::GgufType type); // of f32, f16, bf16

// Bytes that `count` elements take; count is a multiple of 32 when quantized.
std::size_t stored_bytes(io::GgufType type, std::int64_t count);

using Bytes = std::vector<std::byte>;

// `blocks` is a whole number of blocks in each of these.
Bytes packed_weights(std::span<const std::byte> blocks, io::GgufType type);
Bytes group_scales(
    std::span<const std::byte> blocks,
    io::GgufType type,
    io::ElementType to);
Bytes group_biases(
    std::span<const std::byte> blocks,
    io::GgufType type,
    io::ElementType to);
Bytes dequantized(
    std::span<const std::byte> blocks,
    io::GgufType type,
    io::ElementType to);

// Undoes the row order that GGUF gives q and k of llama: within a head, row
// 2 j + s becomes row s (head / 2) + j, so that rope pairs halves again.
Bytes rows_in_halves(
    std::span<const std::byte> bytes,
    std::int64_t rows,
    std::int64_t heads);

} // namespace temper::conversion
