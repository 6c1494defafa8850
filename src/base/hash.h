// SHA-256 (FIPS 180-4), as 64 lower-case hex digits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace temper {

// Takes bytes in pieces; finish() may be called once.
class Sha256 {
 public:
  void add(std::span<const std::byte> bytes);
  std::string finish();

 private:
  void compress(const std::byte* block);

  std::array<std::uint32_t, 8> state_{
      0x6a09e667,
      0xbb67ae85,
      0x3c6ef372,
      0xa54ff53a,
      0x510e527f,
      0x9b05688c,
      0x1f83d9ab,
      0x5be0cd19};
  std::array<std::byte, 64> block_{};
  std::size_t filled_ = 0;
  std::uint64_t total_ = 0;
};

std::string sha256(std::string_view bytes);

// Throws not_found or io.
std::string sha256_file(const std::string& path);

} // namespace temper
