// Safetensors files, read by mapping and written in one step. The reader trusts
// nothing: what it hands out lies inside the file and fits its shape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/mapped_file.h"

namespace temper::io {

enum class ElementType {
  f64,
  f32,
  f16,
  bf16,
  i64,
  i32,
  i16,
  i8,
  u64,
  u32,
  u16,
  u8,
  boolean,
  f8_e4m3,
  f8_e5m2,
};

// Bytes of one element.
std::size_t element_size(ElementType type);

// The name in the file: "F32", "BF16", "BOOL", "F8_E4M3".
std::string_view type_name(ElementType type);

struct TensorInfo {
  std::string name;
  ElementType type = ElementType::f32;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0; // from the start of the file
  std::uint64_t bytes = 0;
};

// Move-only. Spans and pointers from it live as long as it does.
class SafetensorsFile {
 public:
  // Throws not_found, io, corrupt_file; incompatible for an element type that
  // is not in ElementType.
  static SafetensorsFile open(const std::string& path);

  const std::string& path() const { return file_.path(); }
  // In the order of their bytes.
  const std::vector<TensorInfo>& tensors() const { return tensors_; }
  // Null when there is no such tensor.
  const TensorInfo* find(std::string_view name) const;
  const std::map<std::string, std::string>& metadata() const {
    return metadata_;
  }
  // Little-endian elements, row-major, aligned as the file has them.
  std::span<const std::byte> bytes(const TensorInfo& tensor) const;

 private:
  explicit SafetensorsFile(MappedFile file);

  MappedFile file_;
  std::vector<TensorInfo> tensors_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::map<std::string, std::string> metadata_;
};

struct TensorToWrite {
  std::string name;
  ElementType type = ElementType::f32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;
};

// Writes the tensors in the order given, data aligned to 8 bytes, and replaces
// `path` in one step. Throws internal when bytes and shape disagree or a name
// comes twice, io when the disk does.
void write_safetensors(
    const std::string& path,
    const std::vector<TensorToWrite>& tensors,
    const std::map<std::string, std::string>& metadata);

} // namespace temper::io
