#include "nn/tensor_io.h"

#include <mlx/allocator.h>
#include <mlx/ops.h>
#include <mlx/transforms.h>

#include <cstring>
#include <limits>

#include "base/format.h"

namespace temper::nn {

namespace mx = mlx::core;

namespace {

using io::ElementType;

mx::Dtype to_dtype(const io::TensorInfo& info) {
  switch (info.type) {
    case ElementType::f32: return mx::float32;
    case ElementType::f16: return mx::float16;
    case ElementType::bf16: return mx::bfloat16;
    case ElementType::i64: return mx::int64;
    case ElementType::i32: return mx::int32;
    case ElementType::i16: return mx::int16;
    case ElementType::i8: return mx::int8;
    case ElementType::u64: return mx::uint64;
    case ElementType::u32: return mx::uint32;
    case ElementType::u16: return mx::uint16;
    case ElementType::u8: return mx::uint8;
    case ElementType::boolean: return mx::bool_;
    default: break;
  }
  throw make_error(
      ErrorCode::incompatible,
      "{}: has element type {}, which models do not use here. Convert it to "
      "F32, F16 or BF16.",
      info.name,
      io::type_name(info.type));
}

ElementType to_element_type(mx::Dtype dtype) {
  switch (dtype.val()) {
    case mx::Dtype::Val::float32: return ElementType::f32;
    case mx::Dtype::Val::float16: return ElementType::f16;
    case mx::Dtype::Val::bfloat16: return ElementType::bf16;
    case mx::Dtype::Val::int64: return ElementType::i64;
    case mx::Dtype::Val::int32: return ElementType::i32;
    case mx::Dtype::Val::int16: return ElementType::i16;
    case mx::Dtype::Val::int8: return ElementType::i8;
    case mx::Dtype::Val::uint64: return ElementType::u64;
    case mx::Dtype::Val::uint32: return ElementType::u32;
    case mx::Dtype::Val::uint16: return ElementType::u16;
    case mx::Dtype::Val::uint8: return ElementType::u8;
    case mx::Dtype::Val::bool_: return ElementType::boolean;
    default: break;
  }
  throw make_error(
      ErrorCode::internal, "save_arrays: an array's type has no file type.");
}

mx::Shape to_shape(const io::TensorInfo& info) {
  mx::Shape shape;
  for (std::int64_t side : info.shape) {
    if (side > std::numeric_limits<int>::max()) {
      throw make_error(
          ErrorCode::incompatible,
          "{}: has an axis of {}; at most {} is possible.",
          info.name,
          side,
          std::numeric_limits<int>::max());
    }
    shape.push_back(static_cast<int>(side));
  }
  return shape;
}

} // namespace

mx::array
to_array(const io::SafetensorsFile& file, const io::TensorInfo& info) {
  mx::Dtype dtype = to_dtype(info);
  mx::Shape shape = to_shape(info);
  std::span<const std::byte> bytes = file.bytes(info);
  if (bytes.empty()) return mx::zeros(shape, dtype);
  mx::allocator::Data data = mx::allocator::malloc(bytes.size());
  std::memcpy(data.buffer().raw_ptr(), bytes.data(), bytes.size());
  return mx::array(std::move(data), std::move(shape), dtype);
}

void save_arrays(
    const std::string& path,
    const std::vector<std::pair<std::string, mx::array>>& arrays,
    const std::map<std::string, std::string>& metadata) {
  std::vector<mx::array> rows; // row-major, alive until written
  for (const auto& [name, value] : arrays) {
    rows.push_back(mx::contiguous(value));
  }
  mx::eval(rows);
  std::vector<io::TensorToWrite> tensors;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const mx::array& row = rows[i];
    tensors.push_back(
        {arrays[i].first,
         to_element_type(row.dtype()),
         {row.shape().begin(), row.shape().end()},
         {row.data<std::byte>(), row.nbytes()}});
  }
  io::write_safetensors(path, tensors, metadata);
}

} // namespace temper::nn
