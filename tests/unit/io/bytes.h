// Bytes of files put together in memory.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>

namespace temper::testing {

// The number's bytes, little-endian.
template <class T>
std::string little(T value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    bytes += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
  }
  return bytes;
}

// Length in 64 bits, then the text: GGUF's string.
inline std::string text64(std::string_view text) {
  return little<std::uint64_t>(text.size()) + std::string(text);
}

// One to four random edits: a byte set, a bit flipped, a piece cut out or
// doubled, a number put over another, or the end cut off.
inline std::string mutated(std::string bytes, std::mt19937_64& random) {
  auto below = [&](std::size_t bound) { return random() % bound; };
  for (auto edits = 1 + below(4); edits > 0 && !bytes.empty(); --edits) {
    const auto at = below(bytes.size());
    const auto length = 1 + below(8);
    switch (below(6)) {
      case 0: bytes[at] = static_cast<char>(random()); break;
      case 1: bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8))); break;
      case 2: bytes.erase(at, length); break;
      case 3: bytes.insert(at, bytes.substr(at, length)); break;
      case 4: {
        const std::uint64_t extremes[] = {
            0, ~0ull, 1ull << 63, 1ull << 32, (1ull << 63) - 1, random()};
        bytes.replace(at, 8, little(extremes[below(6)]));
        break;
      }
      default: bytes.resize(at); break;
    }
  }
  return bytes;
}

} // namespace temper::testing
