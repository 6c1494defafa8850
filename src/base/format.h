// The one door to fmt: std::format is not everywhere yet.
#pragma once

#include <fmt/format.h>

#include "temper/error.h"

namespace temper {

using fmt::format;

// throw make_error(ErrorCode::io, "{}: {}", path, reason);
template <class... Args>
Error make_error(
    ErrorCode code,
    fmt::format_string<Args...> text,
    Args&&... args) {
  return Error(code, fmt::format(text, std::forward<Args>(args)...));
}

} // namespace temper
