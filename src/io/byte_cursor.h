// Reads little-endian values one after another and never past the end.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace temper::io {

template <class T>
concept Fixed = std::integral<T> || std::floating_point<T>;

// The bytes must outlive the cursor.
class ByteCursor {
 public:
  ByteCursor(std::span<const std::byte> bytes, std::string path)
      : bytes_(bytes), path_(std::move(path)) {}

  std::uint64_t position() const { return position_; }
  std::uint64_t left() const { return bytes_.size() - position_; }

  template <Fixed T>
  T read() {
    auto from = take(sizeof(T), "a number");
    std::uint64_t bits = 0;
    for (std::size_t i = sizeof(T); i-- > 0;) {
      bits = bits << 8 | std::to_integer<std::uint64_t>(from[i]);
    }
    if constexpr (std::same_as<T, float>) {
      return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    } else if constexpr (std::same_as<T, double>) {
      return std::bit_cast<double>(bits);
    } else {
      return static_cast<T>(bits);
    }
  }

  // A length in 64 bits, then UTF-8 of at most `limit` bytes.
  std::string read_string(std::uint64_t limit);

  // A number of things of which each takes `least` bytes or more. Throws
  // corrupt_file when the file cannot hold them.
  std::uint64_t read_count(const char* things, std::uint64_t least);

  // Throws corrupt_file: "PATH: at byte N: TEXT. ..."
  [[noreturn]] void fail(const std::string& text) const;

 private:
  std::span<const std::byte> take(std::uint64_t count, const char* what);

  std::span<const std::byte> bytes_;
  std::string path_;
  std::uint64_t position_ = 0;
};

} // namespace temper::io
