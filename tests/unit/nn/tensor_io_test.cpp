#include "nn/tensor_io.h"

#include <gtest/gtest.h>
#include <mlx/ops.h>
#include <mlx/random.h>

#include <filesystem>

#include "temper/error.h"

namespace temper::nn {
namespace {

namespace mx = mlx::core;

std::string path_for(const std::string& name) {
  auto folder = std::filesystem::path(testing::TempDir()) / "temper_tensor_io";
  std::filesystem::create_directories(folder);
  return (folder / name).string();
}

TEST(TensorIo, arrays_come_back_bit_for_bit) {
  auto base = mx::random::normal({3, 4}, mx::float32, mx::random::key(1));
  std::vector<std::pair<std::string, mx::array>> arrays;
  for (auto type :
       {mx::float32, mx::float16, mx::bfloat16, mx::int32, mx::uint8}) {
    auto value = mx::astype(base * mx::array(100.0f), type);
    arrays.emplace_back(std::to_string(arrays.size()), value);
  }
  // Not row-major in memory.
  arrays.emplace_back("transposed", mx::transpose(base));
  arrays.emplace_back("empty", mx::zeros({0, 2}));
  arrays.emplace_back("scalar", mx::array(7.0f));
  std::string path = path_for("round_trip.safetensors");
  save_arrays(path, arrays, {{"format", "mlx"}});

  auto file = io::SafetensorsFile::open(path);
  EXPECT_EQ(file.metadata().at("format"), "mlx");
  ASSERT_EQ(file.tensors().size(), arrays.size());
  for (const auto& [name, value] : arrays) {
    auto back = to_array(file, *file.find(name));
    EXPECT_EQ(back.dtype(), value.dtype()) << name;
    EXPECT_EQ(back.shape(), value.shape()) << name;
    EXPECT_TRUE(mx::array_equal(back, value).item<bool>()) << name;
  }
}

TEST(TensorIo, element_types_no_model_uses_are_refused) {
  double number = 1;
  std::string path = path_for("f64.safetensors");
  io::write_safetensors(
      path,
      {{"x", io::ElementType::f64, {1}, std::as_bytes(std::span(&number, 1))}},
      {});
  auto file = io::SafetensorsFile::open(path);
  try {
    to_array(file, file.tensors()[0]);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::incompatible);
    EXPECT_EQ(
        error.message(),
        "x: has element type F64, which models do not use here. Convert it to "
        "F32, F16 or BF16.");
  }
}

} // namespace
} // namespace temper::nn
