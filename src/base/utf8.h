// UTF-8 (RFC 3629), and text from outside made safe to print.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace temper {

// Where the first byte sequence starts that is not UTF-8, if there is one.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

// In double quotes, for messages: control and invalid bytes escaped as \xNN,
// and what is longer than 80 bytes cut.
std::string quote(std::string_view text);

} // namespace temper
