// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace temper {

// "512 B", "1.5 KiB", "3.25 GiB": powers of 1024, at most two decimals.
std::string format_bytes(std::uint64_t bytes);

// "0.25s", "12.3s", "4m 05s", "2h 03m", "3d 04h".
std::string format_duration(double seconds);

// "1,234,567".
std::string format_count(std::int64_t count);

} // namespace temper
