#include "io/gguf_types.h"

#include <array>
#include <utility>

#include "base/format.h"

namespace temper::io {
namespace {

// ggml.h, enum ggml_type, the ones that are not read.
constexpr std::array<std::pair<std::uint32_t, const char*>, 28> other_types{{
    {6, "Q5_0"},    {7, "Q5_1"},     {9, "Q8_1"},    {10, "Q2_K"},
    {11, "Q3_K"},   {12, "Q4_K"},    {13, "Q5_K"},   {14, "Q6_K"},
    {15, "Q8_K"},   {16, "IQ2_XXS"}, {17, "IQ2_XS"}, {18, "IQ3_XXS"},
    {19, "IQ1_S"},  {20, "IQ4_NL"},  {21, "IQ3_S"},  {22, "IQ2_S"},
    {23, "IQ4_XS"}, {24, "I8"},      {25, "I16"},    {26, "I32"},
    {27, "I64"},    {28, "F64"},     {29, "IQ1_M"},  {34, "TQ1_0"},
    {35, "TQ2_0"},  {39, "MXFP4"},   {4, "Q4_2"},    {5, "Q4_3"},
}};

std::string other_name(std::uint32_t number) {
  for (const auto& [known, name] : other_types) {
    if (known == number) return name;
  }
  return format("number {}", number);
}

} // namespace

GgufBlock gguf_block(std::uint32_t number, const std::string& where) {
  switch (number) {
    case 0: return {GgufType::f32, 1, 4};
    case 1: return {GgufType::f16, 1, 2};
    case 2: return {GgufType::q4_0, 32, 18};
    case 3: return {GgufType::q4_1, 32, 20};
    case 8: return {GgufType::q8_0, 32, 34};
    case 30: return {GgufType::bf16, 1, 2};
    default: break;
  }
  throw make_error(
      ErrorCode::incompatible,
      "{}: type {} is not supported. Use a file of F32, F16, BF16, Q4_0, Q4_1 "
      "or Q8_0.",
      where,
      other_name(number));
}

std::string_view type_name(GgufType type) {
  constexpr std::array<std::string_view, 6> names{
      "F32", "F16", "BF16", "Q4_0", "Q4_1", "Q8_0"};
  return names.at(static_cast<std::size_t>(type));
}

} // namespace temper::io
