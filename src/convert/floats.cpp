#include "convert/floats.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "base/format.h"

namespace temper::conversion {

using io::ElementType;

namespace {

template <class T>
T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <class T>
void store(std::byte* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

} // namespace

float half_to_float(std::uint16_t bits) {
  const float sign = (bits & 0x8000) ? -1.0f : 1.0f;
  const int exponent = (bits >> 10) & 0x1f;
  const int mantissa = bits & 0x3ff;
  if (exponent == 0) return sign * std::ldexp(float(mantissa), -24);
  const auto wide = std::uint32_t(bits & 0x8000) << 16;
  const auto field = exponent == 31 ? 255u : std::uint32_t(exponent + 112);
  return std::bit_cast<float>(
      wide | (field << 23) | (std::uint32_t(mantissa) << 13));
}

std::uint16_t float_to_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = std::uint16_t((bits >> 16) & 0x8000);
  const std::uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  // 65520, halfway past the largest half, rounds to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) { // below 2^-14: a subnormal, steps of 2^-24
    const float steps = std::ldexp(std::bit_cast<float>(magnitude), 24);
    return sign | std::uint16_t(std::nearbyint(steps));
  }
  const std::uint32_t odd = (magnitude >> 13) & 1;
  return sign | std::uint16_t((magnitude - (112u << 23) + 0xfff + odd) >> 13);
}

float bfloat_to_float(std::uint16_t bits) {
  return std::bit_cast<float>(std::uint32_t(bits) << 16);
}

std::uint16_t float_to_bfloat(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffff) > 0x7f800000) {
    return std::uint16_t((bits >> 16) | 0x40); // stays a NaN
  }
  return std::uint16_t((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

bool is_float(ElementType type) {
  return type == ElementType::f64 || type == ElementType::f32 ||
      type == ElementType::f16 || type == ElementType::bf16;
}

ElementType float_type(std::string_view name) {
  if (name == "float16") return ElementType::f16;
  if (name == "bfloat16") return ElementType::bf16;
  if (name == "float32") return ElementType::f32;
  throw make_error(
      ErrorCode::invalid_config,
      "dtype: found {}; expected float16, bfloat16 or float32.",
      name);
}

std::string_view float_name(ElementType type) {
  if (type == ElementType::f16) return "float16";
  if (type == ElementType::bf16) return "bfloat16";
  return "float32";
}

float read_float(const std::byte* at, ElementType type) {
  if (type == ElementType::f16) return half_to_float(load<std::uint16_t>(at));
  if (type == ElementType::bf16) {
    return bfloat_to_float(load<std::uint16_t>(at));
  }
  if (type == ElementType::f64) return float(load<double>(at));
  return load<float>(at);
}

void write_float(std::byte* at, float value, ElementType type) {
  if (type == ElementType::f16) {
    store(at, float_to_half(value));
  } else if (type == ElementType::bf16) {
    store(at, float_to_bfloat(value));
  } else if (type == ElementType::f64) {
    store(at, double(value));
  } else {
    store(at, value);
  }
}

std::vector<std::byte>
cast(std::span<const std::byte> bytes, ElementType from, ElementType to) {
  const std::size_t in = io::element_size(from), out = io::element_size(to);
  const std::size_t count = bytes.size() / in;
  std::vector<std::byte> result(count * out);
  for (std::size_t i = 0; i < count; ++i) {
    const float value = read_float(bytes.data() + i * in, from);
    write_float(result.data() + i * out, value, to);
  }
  return result;
}

} // namespace temper::conversion
