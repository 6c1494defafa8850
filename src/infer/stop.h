// Owns the tokens that end a text.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

namespace temper::infer {

inline bool is_stop(std::span<const std::int32_t> stop, std::int32_t token) {
  return std::find(stop.begin(), stop.end(), token) != stop.end();
}

} // namespace temper::infer
