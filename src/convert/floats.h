// Owns element types of floating point outside arithmetic: bits to float and
// back, rounding to nearest even.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "io/safetensors.h"

namespace temper::conversion {

float half_to_float(std::uint16_t bits);
std::uint16_t float_to_half(float value);
float bfloat_to_float(std::uint16_t bits);
std::uint16_t float_to_bfloat(float value);

// f64, f32, f16, bf16.
bool is_float(io::ElementType type);

// "float16", "bfloat16", "float32" to its type and back. Throws internal.
io::ElementType float_type(std::string_view name);
std::string_view float_name(io::ElementType type);

// One element at `at`, which need not be aligned. `type` is a float type.
float read_float(const std::byte* at, io::ElementType type);
void write_float(std::byte* at, float value, io::ElementType type);

// `bytes` holds elements of `from`; the same elements as `to`.
std::vector<std::byte> cast(
    std::span<const std::byte> bytes,
    io::ElementType from,
    io::ElementType to);

} // namespace temper::conversion
