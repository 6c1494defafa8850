// What the readers and the writer of tensors share.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "io/safetensors.h"

namespace temper::io {

// The specification's limit for the header, also the reference reader's.
inline constexpr std::uint64_t max_safetensors_header = 100'000'000;

// The type of that name in the file, if there is one.
std::optional<ElementType> find_element_type(std::string_view name);

// unit * shape[0] * shape[1] * ..., unless an extent is negative or the product
// leaves 64 bits on the way.
std::optional<std::uint64_t>
product(std::uint64_t unit, std::span<const std::int64_t> shape);

} // namespace temper::io
