// GGUF files (versions 2 and 3, little-endian), read by mapping. As strict as
// the safetensors reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/mapped_file.h"

namespace temper::io {

enum class GgufType { f32, f16, bf16, q4_0, q4_1, q8_0 };

// "F32", "Q4_0".
std::string_view type_name(GgufType type);

struct GgufTensor {
  std::string name;
  GgufType type = GgufType::f32;
  std::vector<std::int64_t> shape; // row-major: a weight is [out, in]
  std::uint64_t begin = 0; // from the start of the file
  std::uint64_t bytes = 0;
};

// Move-only. Spans and pointers from it live as long as it does.
class GgufFile {
 public:
  // Throws not_found, io, corrupt_file; incompatible for another version or
  // byte order, or a tensor type that is not in GgufType.
  static GgufFile open(const std::string& path);

  const std::string& path() const { return file_.path(); }
  // One flat object, as in "llama.block_count": 32. Arrays are JSON arrays.
  const Json& metadata() const { return metadata_; }
  // In the order of their bytes.
  const std::vector<GgufTensor>& tensors() const { return tensors_; }
  // Null when there is no such tensor.
  const GgufTensor* find(std::string_view name) const;
  std::span<const std::byte> bytes(const GgufTensor& tensor) const;

 private:
  explicit GgufFile(MappedFile file);

  MappedFile file_;
  Json metadata_;
  std::vector<GgufTensor> tensors_;
  std::map<std::string, std::size_t, std::less<>> index_;
};

} // namespace temper::io
