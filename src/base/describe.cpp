#include "base/describe.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/nearest.h"

namespace temper::describing {

namespace {

template <class T>
std::optional<std::string>
read_number(const std::string& text, T& value, const char* expected) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  if (begin != end && *begin == '+') ++begin;
  const auto result = std::from_chars(begin, end, value);
  if (result.ec != std::errc{} || result.ptr != end) return expected;
  return std::nullopt;
}

template <class T>
std::optional<std::string> read_integer(const Json& json, T& value) {
  const auto expected = "is not a whole number";
  if (!json.is_number_integer()) return expected;
  const auto wide = json.get<std::int64_t>();
  if (wide < std::numeric_limits<T>::min() ||
      wide > std::numeric_limits<T>::max()) {
    return "is out of range";
  }
  value = static_cast<T>(wide);
  return std::nullopt;
}

} // namespace

std::string flag_name(const std::string& group, const std::string& key) {
  std::string prefix = group;
  const std::string suffix = "_parameters";
  if (prefix.ends_with(suffix)) prefix.resize(prefix.size() - suffix.size());
  std::string flag = "--" + (prefix.empty() ? key : prefix + "_" + key);
  for (char& c : flag) {
    if (c == '_') c = '-';
  }
  return flag;
}

std::optional<std::string> read(const std::string& text, bool& value) {
  value = text == "true";
  if (text == "true" || text == "false") return std::nullopt;
  return "is neither true nor false";
}

std::optional<std::string> read(const std::string& text, int& value) {
  return read_number(text, value, "is not a whole number");
}

std::optional<std::string> read(const std::string& text, std::int64_t& value) {
  return read_number(text, value, "is not a whole number");
}

std::optional<std::string> read(const std::string& text, double& value) {
  // Not from_chars: Apple's standard library has none for doubles.
  char* end = nullptr;
  value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0') return "is not a number";
  if (!std::isfinite(value)) return "is not a finite number";
  return std::nullopt;
}

std::optional<std::string> read(const std::string& text, std::string& value) {
  value = text;
  return std::nullopt;
}

std::optional<std::string> read(const Json& json, bool& value) {
  if (!json.is_boolean()) return "is neither true nor false";
  value = json.get<bool>();
  return std::nullopt;
}

std::optional<std::string> read(const Json& json, int& value) {
  return read_integer(json, value);
}

std::optional<std::string> read(const Json& json, std::int64_t& value) {
  return read_integer(json, value);
}

std::optional<std::string> read(const Json& json, double& value) {
  if (!json.is_number()) return "is not a number";
  value = json.get<double>();
  return std::nullopt;
}

std::optional<std::string> read(const Json& json, std::string& value) {
  if (!json.is_string()) return "is not text";
  value = json.get<std::string>();
  return std::nullopt;
}

std::optional<std::string>
read(const Json& json, std::vector<std::string>& value) {
  if (!json.is_array()) return "is not a list";
  std::vector<std::string> texts;
  for (const Json& item : json) {
    if (!item.is_string()) return "is not a list of texts";
    texts.push_back(item.get<std::string>());
  }
  value = std::move(texts);
  return std::nullopt;
}

void refuse_unknown_keys(
    const Json& json,
    const std::string& group,
    const std::vector<std::string>& known,
    std::vector<Issue>& issues) {
  for (const auto& [key, value] : json.items()) {
    bool found = false;
    for (const auto& name : known)
      found = found || name == key;
    if (found) continue;
    const auto close = nearest(key, known);
    issues.push_back(
        {dotted(group, key),
         "is not an option.",
         close ? "Did you mean " + *close + "?" : ""});
  }
}

} // namespace temper::describing
