#include <array>

#include "io/safetensors.h"
#include "io/safetensors_types.h"

namespace temper::io {
namespace {

struct Row {
  ElementType type;
  std::string_view name;
  std::size_t size;
};

// In the order of ElementType.
constexpr std::array<Row, 15> rows{{
    {ElementType::f64, "F64", 8},
    {ElementType::f32, "F32", 4},
    {ElementType::f16, "F16", 2},
    {ElementType::bf16, "BF16", 2},
    {ElementType::i64, "I64", 8},
    {ElementType::i32, "I32", 4},
    {ElementType::i16, "I16", 2},
    {ElementType::i8, "I8", 1},
    {ElementType::u64, "U64", 8},
    {ElementType::u32, "U32", 4},
    {ElementType::u16, "U16", 2},
    {ElementType::u8, "U8", 1},
    {ElementType::boolean, "BOOL", 1},
    {ElementType::f8_e4m3, "F8_E4M3", 1},
    {ElementType::f8_e5m2, "F8_E5M2", 1},
}};

const Row& row(ElementType type) {
  return rows.at(static_cast<std::size_t>(type));
}

} // namespace

std::size_t element_size(ElementType type) {
  return row(type).size;
}

std::string_view type_name(ElementType type) {
  return row(type).name;
}

std::optional<ElementType> find_element_type(std::string_view name) {
  for (const Row& candidate : rows) {
    if (candidate.name == name) return candidate.type;
  }
  return std::nullopt;
}

std::optional<std::uint64_t>
product(std::uint64_t unit, std::span<const std::int64_t> shape) {
  std::uint64_t total = unit;
  for (std::int64_t extent : shape) {
    if (extent < 0) return std::nullopt;
    auto factor = static_cast<std::uint64_t>(extent);
    if (__builtin_mul_overflow(total, factor, &total)) return std::nullopt;
  }
  return total;
}

} // namespace temper::io
