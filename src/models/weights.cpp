#include "models/weights.h"

#include <mlx/device.h>
#include <mlx/ops.h>

#include <algorithm>
#include <filesystem>

#include "base/format.h"
#include "nn/tensor_io.h"

namespace temper::models {

namespace mx = mlx::core;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> weight_files(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    std::string name = entry.path().filename().string();
    if (name.starts_with("model") && name.ends_with(".safetensors")) {
      paths.push_back(entry.path().string());
    }
  }
  if (paths.empty()) {
    throw make_error(
        ErrorCode::not_found,
        "{}: has no model*.safetensors. Give the folder of a model (temper "
        "convert makes one).",
        folder);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

bool same(const std::vector<std::int64_t>& found, const mx::Shape& expected) {
  return std::equal(
      found.begin(), found.end(), expected.begin(), expected.end());
}

template <class Sides>
std::string shape_text(const Sides& sides) {
  return format("[{}]", fmt::join(sides.begin(), sides.end(), ", "));
}

} // namespace

Weights::Weights(
    const std::string& folder,
    const Json& config,
    mx::Dtype compute_dtype)
    : folder_(folder), compute_dtype_(compute_dtype), packing_(config) {
  for (const std::string& path : weight_files(folder))
    open(path);
}

void Weights::open(const std::string& path) {
  files_.push_back(io::SafetensorsFile::open(path));
  for (const io::TensorInfo& info : files_.back().tensors()) {
    bool first =
        tensors_.emplace(info.name, Place{files_.size() - 1, &info}).second;
    if (!first) fault(info.name, "is in two of the folder's files.");
    // Tables some converters keep; they follow from the configuration.
    if (info.name.ends_with("rotary_emb.inv_freq")) ignore(info.name);
  }
}

mx::array Weights::take(const std::string& name, const mx::Shape& shape) {
  used_.insert(name);
  auto found = tensors_.find(name);
  if (found == tensors_.end()) {
    fault(name, format("is missing; {} was expected.", shape_text(shape)));
    return mx::zeros(shape, compute_dtype_);
  }
  const io::TensorInfo& info = *found->second.info;
  if (!same(info.shape, shape)) {
    fault(
        name,
        format(
            "has shape {}; {} was expected.",
            shape_text(info.shape),
            shape_text(shape)));
    return mx::zeros(shape, compute_dtype_);
  }
  return nn::to_array(files_[found->second.file], info);
}

void Weights::check_type(
    const std::string& name,
    std::initializer_list<io::ElementType> allowed) {
  auto found = tensors_.find(name);
  if (found == tensors_.end()) return;
  io::ElementType type = found->second.info->type;
  if (std::find(allowed.begin(), allowed.end(), type) != allowed.end()) return;
  std::vector<std::string_view> names;
  for (io::ElementType one : allowed)
    names.push_back(io::type_name(one));
  fault(
      name,
      format(
          "has type {}; {} was expected.",
          io::type_name(type),
          fmt::join(names, " or ")));
}

nn::ParameterPtr
Weights::tensor(const std::string& name, const mx::Shape& shape) {
  check_type(
      name,
      {io::ElementType::f32, io::ElementType::f16, io::ElementType::bf16});
  return nn::parameter(name, mx::astype(take(name, shape), compute_dtype_));
}

nn::WeightStore
Weights::matrix(const std::string& path, int outputs, int inputs) {
  auto how = packing_.of(path, has(path + ".scales"));
  if (!how) return {tensor(path + ".weight", {outputs, inputs})};
  std::size_t before = issues_.size();
  nn::WeightStore store = packed(path, outputs, inputs, *how);
  if (issues_.size() > before) {
    auto nothing = mx::zeros({outputs, inputs}, compute_dtype_);
    return {nn::parameter(path + ".weight", nothing)};
  }
  // MLX's packed product on the CPU is 45 times slower than unpacking once
  // and multiplying with BLAS.
  if (mx::default_device() == mx::Device::cpu) {
    store.weight->value = store.dense(compute_dtype_);
    store.scales = store.biases = nullptr;
  }
  return store;
}

nn::WeightStore Weights::packed(
    const std::string& path,
    int outputs,
    int inputs,
    const nn::Quantization& how) {
  if (inputs % how.group_size != 0) {
    fault(
        path + ".weight",
        format(
            "has {} columns, which groups of {} do not divide.",
            inputs,
            how.group_size));
  }
  auto part = [&](const char* name, int columns) {
    std::string full = path + name;
    return nn::parameter(full, take(full, {outputs, columns}));
  };
  bool affine = how.mode == "affine";
  check_type(path + ".weight", {io::ElementType::u32});
  nn::WeightStore store;
  store.quantization = how;
  store.weight = part(".weight", inputs * how.bits / 32);
  if (!affine) {
    check_type(path + ".scales", {io::ElementType::u8});
    store.scales = part(".scales", inputs / how.group_size);
    return store;
  }
  auto scales = mx::Shape{outputs, inputs / how.group_size};
  store.scales = tensor(path + ".scales", scales);
  store.biases = tensor(path + ".biases", scales);
  return store;
}

void Weights::fault(const std::string& name, std::string problem) {
  issues_.push_back({name, std::move(problem), ""});
}

void Weights::finish() {
  for (const auto& [name, place] : tensors_) {
    if (!used_.contains(name)) {
      fault(name, "is unexpected; this kind of model has no such tensor.");
    }
  }
  if (issues_.empty()) return;
  throw make_error(
      ErrorCode::incompatible,
      "{}: the weights do not fit config.json.\n{}\nGive the weights and the "
      "config.json of one and the same model.",
      folder_,
      describe_issues(issues_));
}

} // namespace temper::models
