#include "base/utf8.h"

#include <algorithm>

#include "base/format.h"

namespace temper {
namespace {

unsigned char at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

bool between(unsigned char byte, int low, int high) {
  return byte >= low && byte <= high;
}

// Length of the sequence at `i`, or 0 if it is none: table 3-7 of the Unicode
// standard, where only the second byte's range depends on the first.
std::size_t sequence_length(std::string_view text, std::size_t i) {
  auto first = at(text, i);
  if (first < 0x80) return 1;
  std::size_t length = between(first, 0xc2, 0xdf) ? 2
      : between(first, 0xe0, 0xef)                ? 3
      : between(first, 0xf0, 0xf4)                ? 4
                                                  : 0;
  if (length == 0 || text.size() - i < length) return 0;
  int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (!between(at(text, i + 1), low, high)) return 0;
  for (std::size_t k = 2; k < length; ++k) {
    if (!between(at(text, i + k), 0x80, 0xbf)) return 0;
  }
  return length;
}

} // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    auto length = sequence_length(text, i);
    if (length == 0) return i;
    i += length;
  }
  return std::nullopt;
}

std::string quote(std::string_view text) {
  constexpr std::size_t limit = 80;
  std::string out = "\"";
  std::size_t i = 0;
  while (i < text.size()) {
    auto length = sequence_length(text, i);
    if (i + std::max<std::size_t>(length, 1) > limit) break;
    auto byte = at(text, i);
    // U+0080 to U+009F are control characters too.
    bool control = byte < 0x20 || byte == 0x7f ||
        (byte == 0xc2 && length == 2 && at(text, i + 1) < 0xa0);
    if (length == 0 || control) {
      for (std::size_t k = 0; k < std::max<std::size_t>(length, 1); ++k) {
        out += format("\\x{:02x}", at(text, i + k));
      }
    } else {
      if (byte == '"' || byte == '\\') out += '\\';
      out += text.substr(i, length);
    }
    i += std::max<std::size_t>(length, 1);
  }
  return out + (i < text.size() ? "...\"" : "\"");
}

} // namespace temper
