#include "io/safetensors.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "base/format.h"
#include "base/json.h"
#include "base/utf8.h"
#include "io/safetensors_types.h"

namespace temper::io {
namespace {

constexpr std::uint64_t prefix = 8; // the header's length, little-endian

template <class... Args>
[[noreturn]] void corrupt(
    const std::string& where,
    fmt::format_string<Args...> text,
    Args&&... args) {
  throw make_error(
      ErrorCode::corrupt_file,
      "{}: {}. Download or export the file again.",
      where,
      format(text, std::forward<Args>(args)...));
}

std::uint64_t header_size(const MappedFile& file) {
  auto bytes = file.bytes();
  if (bytes.size() < prefix) {
    corrupt(
        file.path(),
        "{} bytes long, and a safetensors file has at least 8",
        bytes.size());
  }
  std::uint64_t size = 0;
  for (std::size_t i = prefix; i-- > 0;) {
    size = size << 8 | std::to_integer<std::uint64_t>(bytes[i]);
  }
  if (size > max_safetensors_header) {
    corrupt(
        file.path(),
        "a header of {} bytes, and at most {} are allowed",
        size,
        max_safetensors_header);
  }
  if (size > bytes.size() - prefix) {
    corrupt(
        file.path(),
        "a header of {} bytes, and only {} follow",
        size,
        bytes.size() - prefix);
  }
  return size;
}

const Json&
member(const Json& entry, const char* key, const std::string& where) {
  auto found = entry.find(key);
  if (found == entry.end()) corrupt(where, "\"{}\" is missing", key);
  return *found;
}

std::uint64_t
count(const Json& value, const char* what, const std::string& where) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > most) {
    corrupt(
        where,
        "\"{}\" holds {}, and whole numbers from 0 are expected",
        what,
        quote(value.dump()));
  }
  return value.get<std::uint64_t>();
}

ElementType read_type(const Json& entry, const std::string& where) {
  const Json& value = member(entry, "dtype", where);
  if (!value.is_string()) corrupt(where, "\"dtype\" is not text");
  const auto& name = value.get_ref<const std::string&>();
  if (auto type = find_element_type(name)) return *type;
  throw make_error(
      ErrorCode::incompatible,
      "{}: element type {} is not supported. Convert the model to F32, F16 or "
      "BF16.",
      where,
      quote(name));
}

std::vector<std::int64_t>
read_shape(const Json& entry, const std::string& where) {
  const Json& value = member(entry, "shape", where);
  if (!value.is_array()) corrupt(where, "\"shape\" is not a list");
  std::vector<std::int64_t> shape;
  shape.reserve(value.size());
  for (const Json& extent : value) {
    shape.push_back(static_cast<std::int64_t>(count(extent, "shape", where)));
  }
  return shape;
}

// Sets begin and bytes; begin counts from the end of the header.
void read_offsets(
    TensorInfo& tensor,
    const Json& entry,
    std::uint64_t data_size,
    const std::string& where) {
  const Json& value = member(entry, "data_offsets", where);
  if (!value.is_array() || value.size() != 2) {
    corrupt(where, "\"data_offsets\" is not a pair of numbers");
  }
  auto begin = count(value[0], "data_offsets", where);
  auto end = count(value[1], "data_offsets", where);
  if (begin > end || end > data_size) {
    corrupt(
        where,
        "bytes {} to {} lie outside the {} bytes of data",
        begin,
        end,
        data_size);
  }
  tensor.begin = begin;
  tensor.bytes = end - begin;
}

TensorInfo read_tensor(
    const std::string& name,
    const Json& entry,
    std::uint64_t data_size,
    const std::string& path) {
  const auto where = format("{}: tensor {}", path, quote(name));
  if (!entry.is_object()) corrupt(where, "its entry is not an object");
  TensorInfo tensor;
  tensor.name = name;
  tensor.type = read_type(entry, where);
  tensor.shape = read_shape(entry, where);
  read_offsets(tensor, entry, data_size, where);
  auto expected = product(element_size(tensor.type), tensor.shape);
  if (expected != tensor.bytes) {
    corrupt(
        where,
        "{} bytes of data, and {} of shape [{}] take {}",
        tensor.bytes,
        type_name(tensor.type),
        fmt::join(tensor.shape, ", "),
        expected ? format("{}", *expected) : "more than 2^64");
  }
  return tensor;
}

std::map<std::string, std::string>
read_metadata(const Json& entry, const std::string& path) {
  const auto where = path + ": \"__metadata__\"";
  std::map<std::string, std::string> metadata;
  if (entry.is_null()) return metadata; // what MLX writes when it has none
  if (!entry.is_object()) corrupt(where, "it is not an object");
  for (const auto& [key, value] : entry.items()) {
    if (!value.is_string()) corrupt(where, "{} is not text", quote(key));
    metadata.emplace(key, value.get<std::string>());
  }
  return metadata;
}

// Sorts by place. Together the tensors must cover the data without a gap, so
// that nothing hides in the file and nothing is read twice.
void check_layout(
    std::vector<TensorInfo>& tensors,
    std::uint64_t data_size,
    const std::string& path) {
  std::ranges::sort(tensors, {}, [](const TensorInfo& tensor) {
    return std::tuple(tensor.begin, tensor.bytes);
  });
  std::uint64_t end = 0;
  for (const TensorInfo& tensor : tensors) {
    if (tensor.begin != end) {
      corrupt(
          format("{}: tensor {}", path, quote(tensor.name)),
          "it starts at byte {} of the data, and the one before ends at {}",
          tensor.begin,
          end);
    }
    end += tensor.bytes;
  }
  if (end != data_size) {
    corrupt(path, "{} bytes of data, and the tensors use {}", data_size, end);
  }
}

} // namespace

SafetensorsFile SafetensorsFile::open(const std::string& path) {
  return SafetensorsFile(MappedFile(path));
}

SafetensorsFile::SafetensorsFile(MappedFile file) : file_(std::move(file)) {
  const auto size = header_size(file_);
  const auto data = file_.bytes().subspan(prefix + size);
  const std::string_view text(
      reinterpret_cast<const char*>(file_.bytes().data()) + prefix, size);
  const Json header = parse_json(text, path() + ": header");
  if (!header.is_object()) corrupt(path(), "the header is not an object");
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      metadata_ = read_metadata(entry, path());
    } else {
      tensors_.push_back(read_tensor(name, entry, data.size(), path()));
    }
  }
  check_layout(tensors_, data.size(), path());
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    tensors_[i].begin += prefix + size;
    index_.emplace(tensors_[i].name, i);
  }
}

const TensorInfo* SafetensorsFile::find(std::string_view name) const {
  auto found = index_.find(name);
  return found == index_.end() ? nullptr : &tensors_[found->second];
}

std::span<const std::byte>
SafetensorsFile::bytes(const TensorInfo& tensor) const {
  return file_.bytes().subspan(tensor.begin, tensor.bytes);
}

} // namespace temper::io
