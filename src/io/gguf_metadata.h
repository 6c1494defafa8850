// The key and value pairs at the start of a GGUF file.
#pragma once

#include "base/json.h"
#include "io/byte_cursor.h"

namespace temper::io {

// Longest key and tensor name: 2^16 - 1 bytes in the specification.
inline constexpr std::uint64_t max_gguf_name = 65535;

// Reads `count` pairs into an object. Throws corrupt_file.
Json read_gguf_metadata(ByteCursor& cursor, std::uint64_t count);

} // namespace temper::io
