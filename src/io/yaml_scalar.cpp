#include "io/yaml_scalar.h"

#include <charconv>
#include <limits>
#include <locale>
#include <optional>
#include <regex>
#include <sstream>

namespace temper::io {
namespace {

std::optional<bool> boolean(const std::string& text) {
  static const std::regex yes("yes|Yes|YES|true|True|TRUE|on|On|ON");
  static const std::regex no("no|No|NO|false|False|FALSE|off|Off|OFF");
  if (std::regex_match(text, yes)) return true;
  if (std::regex_match(text, no)) return false;
  return std::nullopt;
}

template <class Integer>
std::optional<Json> integer(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Integer value = 0;
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::optional<Json> number(const std::string& text) {
  static const std::regex whole("[-+]?(0|[1-9][0-9]*)");
  // Not 010: eight to PyYAML, ten to YAML 1.2.
  static const std::regex real(
      "[-+]?((0|[1-9][0-9]*)(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?");
  static const std::regex infinite("[-+]?\\.(inf|Inf|INF)");
  if (std::regex_match(text, whole)) {
    if (auto value = integer<std::int64_t>(text)) return value;
    if (auto value = integer<std::uint64_t>(text)) return value;
  }
  if (std::regex_match(text, infinite)) {
    auto value = std::numeric_limits<double>::infinity();
    return text.front() == '-' ? -value : value;
  }
  if (!std::regex_match(text, real)) return std::nullopt;
  std::istringstream stream(text);
  stream.imbue(std::locale::classic());
  double value = 0;
  stream >> value;
  return value;
}

} // namespace

Json yaml_scalar(const std::string& text) {
  // std::regex recurses for each character, and no number is this long.
  constexpr std::size_t longest = 64;
  if (text.size() > longest) return text;
  if (auto value = boolean(text)) return *value;
  if (auto value = number(text)) return *value;
  return text;
}

} // namespace temper::io
