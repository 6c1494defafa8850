#include "convert/repack.h"

#include <algorithm>
#include <cstring>

#include "convert/floats.h"

namespace temper::conversion {

using io::ElementType;
using io::GgufType;

namespace {

// Where the parts of a block lie, in bytes.
struct Layout {
  std::size_t size, quants;
};

Layout layout(GgufType type) {
  if (type == GgufType::q4_0) return {18, 2};
  if (type == GgufType::q4_1) return {20, 4};
  return {34, 2}; // q8_0
}

float scale_of(const std::byte* block) {
  return read_float(block, ElementType::f16);
}

float bias_of(const std::byte* block, GgufType type) {
  if (type == GgufType::q4_0) return -8.0f * scale_of(block);
  if (type == GgufType::q4_1) return read_float(block + 2, ElementType::f16);
  return -128.0f * scale_of(block);
}

// The unsigned quant of weight i.
unsigned quant(const std::byte* quants, int i, GgufType type) {
  if (type == GgufType::q8_0) return unsigned(quants[i]) ^ 0x80u;
  const auto pair = unsigned(quants[i % 16]);
  return i < 16 ? pair & 0xfu : pair >> 4;
}

template <class PerBlock>
void each_block(
    std::span<const std::byte> blocks,
    GgufType type,
    PerBlock&& visit) {
  const std::size_t size = layout(type).size;
  for (std::size_t i = 0; i < blocks.size() / size; ++i) {
    visit(i, blocks.data() + i * size);
  }
}

// value_of(block) for each block, as floats of type `to`.
template <class ValueOf>
Bytes one_a_block(
    std::span<const std::byte> blocks,
    GgufType type,
    ElementType to,
    ValueOf value_of) {
  const std::size_t width = io::element_size(to);
  Bytes result(blocks.size() / layout(type).size * width);
  each_block(blocks, type, [&](std::size_t i, const std::byte* block) {
    write_float(result.data() + i * width, value_of(block), to);
  });
  return result;
}

} // namespace

bool is_quantized(GgufType type) {
  return type == GgufType::q4_0 || type == GgufType::q4_1 ||
      type == GgufType::q8_0;
}

int bits_of(GgufType type) {
  return type == GgufType::q8_0 ? 8 : 4;
}

ElementType dense_type(GgufType type) {
  if (type == GgufType::f16) return ElementType::f16;
  return type == GgufType::bf16 ? ElementType::bf16 : ElementType::f32;
}

std::size_t stored_bytes(GgufType type, std::int64_t count) {
  const auto elements = static_cast<std::size_t>(count);
  if (is_quantized(type)) return elements / kBlock * layout(type).size;
  return elements * io::element_size(dense_type(type));
}

Bytes packed_weights(std::span<const std::byte> blocks, GgufType type) {
  const Layout block_layout = layout(type);
  const std::size_t packed = kBlock * bits_of(type) / 8;
  Bytes result(blocks.size() / block_layout.size * packed);
  each_block(blocks, type, [&](std::size_t i, const std::byte* block) {
    std::byte* out = result.data() + i * packed;
    for (std::size_t b = 0; b < packed; ++b) {
      const unsigned value = type == GgufType::q8_0
          ? quant(block + block_layout.quants, int(b), type)
          : quant(block + block_layout.quants, int(2 * b), type) |
              quant(block + block_layout.quants, int(2 * b + 1), type) << 4;
      out[b] = std::byte(value);
    }
  });
  return result;
}

Bytes group_scales(
    std::span<const std::byte> blocks,
    GgufType type,
    ElementType to) {
  return one_a_block(blocks, type, to, scale_of);
}

Bytes group_biases(
    std::span<const std::byte> blocks,
    GgufType type,
    ElementType to) {
  return one_a_block(blocks, type, to, [type](const std::byte* block) {
    return bias_of(block, type);
  });
}

Bytes dequantized(
    std::span<const std::byte> blocks,
    GgufType type,
    ElementType to) {
  const Layout block_layout = layout(type);
  const std::size_t width = io::element_size(to);
  Bytes result(blocks.size() / block_layout.size * kBlock * width);
  each_block(blocks, type, [&](std::size_t i, const std::byte* block) {
    const float scale = scale_of(block), bias = bias_of(block, type);
    std::byte* out = result.data() + i * kBlock * width;
    for (int j = 0; j < kBlock; ++j) {
      const float value =
          scale * float(quant(block + block_layout.quants, j, type)) + bias;
      write_float(out + std::size_t(j) * width, value, to);
    }
  });
  return result;
}

Bytes rows_in_halves(
    std::span<const std::byte> bytes,
    std::int64_t rows,
    std::int64_t heads) {
  const std::size_t row = bytes.size() / static_cast<std::size_t>(rows);
  const std::int64_t head = rows / heads;
  Bytes result(bytes.size());
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::int64_t within = i % head;
    const std::int64_t to = i - within + within % 2 * (head / 2) + within / 2;
    std::memcpy(
        result.data() + std::size_t(to) * row,
        bytes.data() + std::size_t(i) * row,
        row);
  }
  return result;
}

} // namespace temper::conversion
