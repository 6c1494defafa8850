#include "io/byte_cursor.h"

#include "base/format.h"
#include "base/utf8.h"

namespace temper::io {

std::string ByteCursor::read_string(std::uint64_t limit) {
  auto size = read_count("bytes of text", 1);
  if (size > limit) {
    fail(format("{} bytes of text, and at most {} are allowed", size, limit));
  }
  auto from = take(size, "text");
  std::string text(reinterpret_cast<const char*>(from.data()), from.size());
  if (find_invalid_utf8(text)) fail("text is not valid UTF-8");
  return text;
}

std::uint64_t ByteCursor::read_count(const char* things, std::uint64_t least) {
  auto count = read<std::uint64_t>();
  if (count > left() / least) {
    fail(format("{} {}, and only {} bytes follow", count, things, left()));
  }
  return count;
}

void ByteCursor::fail(const std::string& text) const {
  throw make_error(
      ErrorCode::corrupt_file,
      "{}: at byte {}: {}. Download or export the file again.",
      path_,
      position_,
      text);
}

std::span<const std::byte>
ByteCursor::take(std::uint64_t count, const char* what) {
  if (count > left()) fail(format("the file ends inside {}", what));
  auto taken = bytes_.subspan(position_, count);
  position_ += count;
  return taken;
}

} // namespace temper::io
