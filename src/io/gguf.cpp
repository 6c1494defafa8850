#include "io/gguf.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <tuple>
#include <utility>

#include "base/format.h"
#include "base/utf8.h"
#include "io/byte_cursor.h"
#include "io/gguf_metadata.h"
#include "io/gguf_types.h"
#include "io/safetensors_types.h"

namespace temper::io {
namespace {

constexpr std::uint32_t magic = 0x46554747; // "GGUF", little-endian
constexpr std::uint32_t max_axes = 4; // GGML_MAX_DIMS
// Bytes of the shortest pair (empty key, type, u8) and of the shortest tensor
// (empty name, no axes, type, offset).
constexpr std::uint64_t shortest_pair = 8 + 4 + 1;
constexpr std::uint64_t shortest_tensor = 8 + 4 + 4 + 8;

void check_version(ByteCursor& cursor, const std::string& path) {
  if (cursor.read<std::uint32_t>() != magic) {
    cursor.fail("this is not a GGUF file");
  }
  auto version = cursor.read<std::uint32_t>();
  if (version == 2 || version == 3) return;
  // A big-endian file's version lies in the upper half.
  const bool swapped = (version & 0xffff) == 0;
  throw make_error(
      ErrorCode::incompatible,
      "{}: {}, and versions 2 and 3, little-endian, are read. Convert the file "
      "again.",
      path,
      swapped ? std::string("big-endian GGUF")
              : format("GGUF version {}", version));
}

std::uint64_t alignment(const Json& metadata, const std::string& path) {
  constexpr std::uint64_t usual = 32, least = 8, most = 1u << 20;
  auto found = metadata.find("general.alignment");
  if (found == metadata.end()) return usual;
  std::uint64_t value =
      found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
  if (!std::has_single_bit(value) || value < least || value > most) {
    throw make_error(
        ErrorCode::corrupt_file,
        "{}: \"general.alignment\" is {}, and a power of two from {} to {} is "
        "expected. Download or export the file again.",
        path,
        quote(found->dump()),
        least,
        most);
  }
  return value;
}

std::uint64_t aligned(std::uint64_t position, std::uint64_t unit) {
  return (position + unit - 1) / unit * unit;
}

// Fastest axis first in the file, last in a row-major shape.
std::vector<std::int64_t> read_shape(ByteCursor& cursor) {
  auto axes = cursor.read<std::uint32_t>();
  if (axes > max_axes) {
    cursor.fail(format("{} axes, and at most {} are allowed", axes, max_axes));
  }
  std::vector<std::int64_t> shape(axes);
  for (std::size_t i = axes; i-- > 0;) {
    auto extent = cursor.read<std::uint64_t>();
    if (extent > std::numeric_limits<std::int64_t>::max()) {
      cursor.fail(format("an axis of {} elements", extent));
    }
    shape[i] = static_cast<std::int64_t>(extent);
  }
  return shape;
}

std::uint64_t size_in_bytes(
    const std::vector<std::int64_t>& shape,
    const GgufBlock& block,
    const ByteCursor& cursor) {
  auto row = shape.empty() ? 1 : static_cast<std::uint64_t>(shape.back());
  if (row % block.elements != 0) {
    cursor.fail(format(
        "rows of {} elements do not fill blocks of {}", row, block.elements));
  }
  auto elements = product(1, shape);
  std::uint64_t bytes = 0;
  if (!elements ||
      __builtin_mul_overflow(*elements / block.elements, block.bytes, &bytes)) {
    cursor.fail(format("a shape of [{}]", fmt::join(shape, ", ")));
  }
  return bytes;
}

// begin still counts from the start of the data.
GgufTensor read_tensor(ByteCursor& cursor, const std::string& path) {
  GgufTensor tensor;
  tensor.name = cursor.read_string(max_gguf_name);
  tensor.shape = read_shape(cursor);
  auto block = gguf_block(
      cursor.read<std::uint32_t>(),
      format("{}: tensor {}", path, quote(tensor.name)));
  tensor.type = block.type;
  tensor.bytes = size_in_bytes(tensor.shape, block, cursor);
  tensor.begin = cursor.read<std::uint64_t>();
  return tensor;
}

// Sorts by place and sets begin to count from the start of the file. Tensors
// follow one another, each at the next aligned byte, up to the file's end.
void place(
    std::vector<GgufTensor>& tensors,
    std::uint64_t data_begin,
    std::uint64_t unit,
    const MappedFile& file) {
  std::ranges::sort(tensors, {}, [](const GgufTensor& tensor) {
    return std::tuple(tensor.begin, tensor.bytes);
  });
  const auto size = file.bytes().size();
  const auto data_size = size > data_begin ? size - data_begin : 0;
  std::uint64_t end = 0;
  for (GgufTensor& tensor : tensors) {
    const auto expected = aligned(end, unit);
    if (tensor.begin != expected) {
      throw make_error(
          ErrorCode::corrupt_file,
          "{}: tensor {}: it starts at byte {} of the data, and {} is "
          "expected. Download or export the file again.",
          file.path(),
          quote(tensor.name),
          tensor.begin,
          expected);
    }
    if (tensor.begin > data_size || tensor.bytes > data_size - tensor.begin) {
      throw make_error(
          ErrorCode::corrupt_file,
          "{}: tensor {}: {} bytes from byte {} lie outside the {} bytes of "
          "data. Download or export the file again.",
          file.path(),
          quote(tensor.name),
          tensor.bytes,
          tensor.begin,
          data_size);
    }
    end = tensor.begin + tensor.bytes;
    tensor.begin += data_begin;
  }
  if (data_size > aligned(end, unit)) {
    throw make_error(
        ErrorCode::corrupt_file,
        "{}: {} bytes of data, and the tensors use {}. Download or export the "
        "file again.",
        file.path(),
        data_size,
        end);
  }
}

} // namespace

GgufFile GgufFile::open(const std::string& path) {
  return GgufFile(MappedFile(path));
}

GgufFile::GgufFile(MappedFile file) : file_(std::move(file)) {
  ByteCursor cursor(file_.bytes(), path());
  check_version(cursor, path());
  const auto count = cursor.read_count("tensors", shortest_tensor);
  const auto pairs = cursor.read_count("metadata pairs", shortest_pair);
  metadata_ = read_gguf_metadata(cursor, pairs);
  const auto unit = alignment(metadata_, path());
  for (std::uint64_t i = 0; i < count; ++i) {
    tensors_.push_back(read_tensor(cursor, path()));
  }
  place(tensors_, aligned(cursor.position(), unit), unit, file_);
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    if (!index_.emplace(tensors_[i].name, i).second) {
      throw make_error(
          ErrorCode::corrupt_file,
          "{}: tensor {} is given twice. Download or export the file again.",
          path(),
          quote(tensors_[i].name));
    }
  }
}

const GgufTensor* GgufFile::find(std::string_view name) const {
  auto found = index_.find(name);
  return found == index_.end() ? nullptr : &tensors_[found->second];
}

std::span<const std::byte> GgufFile::bytes(const GgufTensor& tensor) const {
  // An empty tensor may be placed after the file's end, past the padding.
  if (tensor.bytes == 0) return {};
  return file_.bytes().subspan(tensor.begin, tensor.bytes);
}

} // namespace temper::io
