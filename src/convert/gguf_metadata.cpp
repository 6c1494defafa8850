#include "convert/gguf_metadata.h"

#include <limits>

#include "base/format.h"

namespace temper::conversion {

const Json& GgufMetadata::at(const std::string& key) const {
  const auto found = values_.find(key);
  if (found != values_.end()) return *found;
  throw make_error(
      ErrorCode::incompatible,
      "{}: the metadata has no {}. Take a file that a current llama.cpp wrote.",
      path_,
      key);
}

void GgufMetadata::refuse(const std::string& key, const char* expected) const {
  const Json& value = at(key);
  throw make_error(
      ErrorCode::incompatible,
      "{}: the metadata's {} is {}; expected {}.",
      path_,
      key,
      value.is_structured() ? value.type_name() : value.dump(),
      expected);
}

std::string GgufMetadata::text(const std::string& key) const {
  if (!at(key).is_string()) refuse(key, "text");
  return at(key).get<std::string>();
}

std::int64_t GgufMetadata::count(const std::string& key) const {
  const Json& value = at(key);
  if (!value.is_number_integer()) refuse(key, "a positive whole number");
  const auto number = value.get<std::int64_t>();
  if (number < 1 || number > std::numeric_limits<std::int32_t>::max()) {
    refuse(key, "a positive whole number");
  }
  return number;
}

double GgufMetadata::number(const std::string& key) const {
  if (!at(key).is_number()) refuse(key, "a number");
  // Numbers are stored as float32; the shortest text that reads back as the
  // same float32 is what their author wrote: 1e-05, not 9.99999974e-06.
  return std::stod(format("{}", at(key).get<float>()));
}

bool GgufMetadata::flag(const std::string& key, bool otherwise) const {
  if (!has(key)) return otherwise;
  if (!at(key).is_boolean()) refuse(key, "true or false");
  return at(key).get<bool>();
}

std::optional<std::int64_t> GgufMetadata::id(const std::string& key) const {
  if (!has(key)) return std::nullopt;
  const Json& value = at(key);
  if (!value.is_number_integer() || value.get<std::int64_t>() < 0) {
    refuse(key, "a token id");
  }
  return value.get<std::int64_t>();
}

std::vector<std::string> GgufMetadata::texts(const std::string& key) const {
  if (!at(key).is_array()) refuse(key, "an array of text");
  std::vector<std::string> result;
  result.reserve(at(key).size());
  for (const auto& value : at(key)) {
    if (!value.is_string()) refuse(key, "an array of text");
    result.push_back(value.get<std::string>());
  }
  return result;
}

std::vector<std::int64_t> GgufMetadata::integers(const std::string& key) const {
  if (!at(key).is_array()) refuse(key, "an array of whole numbers");
  std::vector<std::int64_t> result;
  result.reserve(at(key).size());
  for (const auto& value : at(key)) {
    if (!value.is_number_integer()) refuse(key, "an array of whole numbers");
    result.push_back(value.get<std::int64_t>());
  }
  return result;
}

} // namespace temper::conversion
