#include "convert/repack.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <random>

#include "convert/floats.h"

namespace temper::conversion {
namespace {

using io::ElementType;
using io::GgufType;

constexpr int kBlocks = 5;

// Blocks of random quants with scales that are exact halves.
std::vector<std::byte> random_blocks(std::size_t size, std::size_t halves) {
  std::mt19937 random(7);
  std::vector<std::byte> blocks(size * kBlocks);
  for (auto& byte : blocks)
    byte = std::byte(random() & 0xff);
  for (std::size_t i = 0; i < kBlocks; ++i) {
    for (std::size_t h = 0; h < halves; ++h) {
      const float value = (float(random() % 200) - 100.0f) / 64.0f;
      write_float(blocks.data() + i * size + 2 * h, value, ElementType::f16);
    }
  }
  return blocks;
}

// Weight j of block i, by the definition in ggml (dequantize_row_*).
float weight(
    const std::vector<std::byte>& blocks,
    int i,
    int j,
    GgufType type) {
  const std::size_t size = blocks.size() / kBlocks;
  const std::byte* block = blocks.data() + std::size_t(i) * size;
  const float d = read_float(block, ElementType::f16);
  if (type == GgufType::q8_0) return d * float(std::int8_t(block[2 + j]));
  const std::byte* quants = block + (type == GgufType::q4_1 ? 4 : 2);
  const int q = j < 16 ? int(quants[j]) & 15 : int(quants[j - 16]) >> 4;
  if (type == GgufType::q4_0) return d * float(q - 8);
  return d * float(q) + read_float(block + 2, ElementType::f16);
}

// Weight j of group i, by MLX's layout: neighbours in uint32, low bits first.
float affine(
    const std::vector<std::byte>& blocks,
    int i,
    int j,
    GgufType type) {
  const int bits = bits_of(type), each = 32 / bits;
  const auto packed = packed_weights(blocks, type);
  const auto scales = group_scales(blocks, type, ElementType::f32);
  const auto biases = group_biases(blocks, type, ElementType::f32);
  std::uint32_t word;
  const int at = i * 32 * bits / 32 + j / each;
  std::memcpy(&word, packed.data() + 4 * at, 4);
  const unsigned q = (word >> (j % each * bits)) & ((1u << bits) - 1);
  return float(q) * read_float(scales.data() + 4 * i, ElementType::f32) +
      read_float(biases.data() + 4 * i, ElementType::f32);
}

class Repack : public testing::TestWithParam<GgufType> {
 protected:
  std::vector<std::byte> blocks() const {
    if (GetParam() == GgufType::q4_0) return random_blocks(18, 1);
    if (GetParam() == GgufType::q4_1) return random_blocks(20, 2);
    return random_blocks(34, 1);
  }
};

// Exact: every product has at most 11 + 8 significant bits.
TEST_P(Repack, affine_groups_hold_the_weights_that_ggml_reads) {
  const auto bytes = blocks();
  for (int i = 0; i < kBlocks; ++i) {
    for (int j = 0; j < 32; ++j) {
      EXPECT_EQ(
          affine(bytes, i, j, GetParam()), weight(bytes, i, j, GetParam()))
          << "block " << i << " weight " << j;
    }
  }
}

TEST_P(Repack, dequantized_weights_are_those_that_ggml_reads) {
  const auto bytes = blocks();
  const auto dense = dequantized(bytes, GetParam(), ElementType::f32);
  ASSERT_EQ(dense.size(), kBlocks * 32u * 4u);
  for (int i = 0; i < kBlocks * 32; ++i) {
    EXPECT_EQ(
        read_float(dense.data() + 4 * i, ElementType::f32),
        weight(bytes, i / 32, i % 32, GetParam()));
  }
}

TEST_P(Repack, scales_keep_their_bits_as_float16) {
  const auto bytes = blocks();
  const auto scales = group_scales(bytes, GetParam(), ElementType::f16);
  const std::size_t size = bytes.size() / kBlocks;
  for (std::size_t i = 0; i < kBlocks; ++i) {
    EXPECT_EQ(
        std::memcmp(scales.data() + 2 * i, bytes.data() + i * size, 2), 0);
  }
}

INSTANTIATE_TEST_SUITE_P(
    types,
    Repack,
    testing::Values(GgufType::q4_0, GgufType::q4_1, GgufType::q8_0));

TEST(RowsInHalves, undo_the_permutation_of_the_gguf_converter) {
  // llama.cpp: reshape(heads, 2, width / 2, in).swapaxes(1, 2), so with two
  // heads of width 6 its rows are HF's rows in this order.
  const std::vector<int> stored{0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11};
  const auto restored = rows_in_halves(
      std::as_bytes(std::span(stored)), /* rows= */ 12, /* heads= */ 2);
  std::vector<int> rows(12), expected(12);
  std::memcpy(rows.data(), restored.data(), restored.size());
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(rows, expected);
}

} // namespace
} // namespace temper::conversion
