#include "base/units.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/format.h"

namespace temper {
namespace {

// At most two decimals, without zeros at the end.
std::string short_number(double value) {
  auto text = format("{:.2f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

} // namespace

std::string format_bytes(std::uint64_t bytes) {
  constexpr std::array units{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return format("{} B", bytes);
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  // 1023.995 would be written as 1024.
  while (value >= 1023.995 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  return format("{} {}", short_number(value), units[unit]);
}

std::string format_duration(double seconds) {
  if (!std::isfinite(seconds)) return "unknown";
  seconds = std::max(seconds, 0.0);
  if (seconds < 9.995) return format("{:.2f}s", seconds);
  if (seconds < 59.95) return format("{:.1f}s", seconds);
  // A hundred years, so that the cast below has a value.
  auto whole = std::llround(std::min(seconds, 3.2e9));
  auto minutes = whole / 60, hours = whole / 3600, days = whole / 86400;
  if (hours == 0) return format("{}m {:02}s", minutes, whole % 60);
  if (days == 0) return format("{}h {:02}m", hours, minutes % 60);
  return format("{}d {:02}h", days, hours % 24);
}

std::string format_count(std::int64_t count) {
  auto text = format("{}", count);
  const std::size_t first = count < 0 ? 1 : 0;
  for (auto i = text.size(); i > first + 3;) {
    i -= 3;
    text.insert(i, 1, ',');
  }
  return text;
}

} // namespace temper
