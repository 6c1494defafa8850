// GGUF's tensor types and their blocks.
#pragma once

#include <cstdint>
#include <string>

#include "io/gguf.h"

namespace temper::io {

struct GgufBlock {
  GgufType type = GgufType::f32;
  std::uint64_t elements = 1, bytes = 4;
};

// The type of that number in the file. Throws incompatible, naming the type,
// for one that GgufType lacks; `where` opens the message.
GgufBlock gguf_block(std::uint32_t number, const std::string& where);

} // namespace temper::io
