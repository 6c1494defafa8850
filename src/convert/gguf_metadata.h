// Owns typed access to GGUF metadata, with messages that name the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/gguf.h"

namespace temper::conversion {

// Borrows the file's metadata. Every getter throws incompatible when a key is
// missing, or has another kind of value; the optional ones only for the kind.
class GgufMetadata {
 public:
  GgufMetadata(const Json& values, std::string path)
      : values_(values), path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  bool has(const std::string& key) const { return values_.contains(key); }

  std::string text(const std::string& key) const;
  // Positive and at most 2^31 - 1.
  std::int64_t count(const std::string& key) const;
  double number(const std::string& key) const;
  bool flag(const std::string& key, bool otherwise) const;
  // A token id, from 0.
  std::optional<std::int64_t> id(const std::string& key) const;
  std::vector<std::string> texts(const std::string& key) const;
  std::vector<std::int64_t> integers(const std::string& key) const;

 private:
  const Json& at(const std::string& key) const;
  [[noreturn]] void refuse(const std::string& key, const char* expected) const;

  const Json& values_;
  std::string path_;
};

} // namespace temper::conversion
