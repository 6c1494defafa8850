// The version of Temper, and of the MLX it is built for.
#pragma once

namespace temper {

inline constexpr const char* kVersion = "0.1.0";

// Temper runs only with this MLX: its C++ ABI changes between releases.
inline constexpr const char* kMlxVersion = "0.32.4";

} // namespace temper
