#include <set>

#include "base/file_system.h"
#include "base/format.h"
#include "base/json.h"
#include "base/utf8.h"
#include "io/safetensors.h"
#include "io/safetensors_types.h"

namespace temper::io {
namespace {

constexpr std::size_t alignment = 8;

void check(const TensorToWrite& tensor, std::set<std::string_view>& names) {
  const bool free = tensor.name != "__metadata__" &&
      !find_invalid_utf8(tensor.name) && names.insert(tensor.name).second;
  if (!free) {
    throw make_error(
        ErrorCode::internal,
        "tensor {}: its name is taken, reserved or not UTF-8.",
        quote(tensor.name));
  }
  if (product(element_size(tensor.type), tensor.shape) != tensor.bytes.size()) {
    throw make_error(
        ErrorCode::internal,
        "tensor {}: {} bytes do not fill {} of shape [{}].",
        quote(tensor.name),
        tensor.bytes.size(),
        type_name(tensor.type),
        fmt::join(tensor.shape, ", "));
  }
}

std::string metadata_json(const std::map<std::string, std::string>& metadata) {
  for (const auto& [key, value] : metadata) {
    if (find_invalid_utf8(key) || find_invalid_utf8(value)) {
      throw make_error(
          ErrorCode::internal, "metadata {}: not UTF-8.", quote(key));
    }
  }
  return Json(metadata).dump();
}

// The length, then the header padded with spaces up to the alignment.
std::string header(
    const std::vector<TensorToWrite>& tensors,
    const std::map<std::string, std::string>& metadata) {
  std::string text = "{\"__metadata__\":" + metadata_json(metadata);
  std::set<std::string_view> names;
  std::uint64_t begin = 0;
  for (const TensorToWrite& tensor : tensors) {
    check(tensor, names);
    text += format(
        R"(,{}:{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})",
        Json(tensor.name).dump(),
        type_name(tensor.type),
        fmt::join(tensor.shape, ","),
        begin,
        begin + tensor.bytes.size());
    begin += tensor.bytes.size();
  }
  text += '}';
  text.resize((text.size() + alignment - 1) / alignment * alignment, ' ');
  std::string length;
  for (int i = 0; i < 8; ++i) {
    length += static_cast<char>(text.size() >> (8 * i) & 0xff);
  }
  return length + text;
}

} // namespace

void write_safetensors(
    const std::string& path,
    const std::vector<TensorToWrite>& tensors,
    const std::map<std::string, std::string>& metadata) {
  const auto start = header(tensors, metadata);
  FileWriter file(path);
  file.write(start);
  for (const TensorToWrite& tensor : tensors)
    file.write(tensor.bytes);
  file.commit();
}

} // namespace temper::io
