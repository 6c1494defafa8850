// A file mapped read-only. Pages come from disk when touched.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace temper {

// Move-only. The file must not be shortened while it is mapped: our own writers
// replace files by rename, which leaves a mapping whole.
class MappedFile {
 public:
  // Throws not_found or io. An empty file maps to an empty span.
  explicit MappedFile(std::string path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  const std::string& path() const { return path_; }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::string path_;
  std::span<const std::byte> bytes_;
};

} // namespace temper
