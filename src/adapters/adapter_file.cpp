#include "adapters/adapter_file.h"

#include <mlx/ops.h>
#include <mlx/random.h>
#include <mlx/transforms.h>

#include <algorithm>
#include <map>

#include "base/format.h"
#include "base/json.h"
#include "io/hf_config.h"
#include "io/safetensors.h"
#include "nn/tensor_io.h"

namespace temper::adapters {

namespace mx = mlx::core;

namespace {

std::vector<nn::ParameterPtr> trainable(nn::CausalLM& model) {
  std::vector<nn::ParameterPtr> some;
  for (const auto& p : model.parameters()) {
    if (p->trainable) some.push_back(p);
  }
  return some;
}

bool same(const io::TensorInfo& info, const mx::Shape& shape) {
  return std::equal(
      info.shape.begin(), info.shape.end(), shape.begin(), shape.end());
}

template <class Sides>
std::string shape_text(const Sides& sides) {
  return format("[{}]", fmt::join(sides.begin(), sides.end(), ", "));
}

std::string misfit(const io::TensorInfo& info, const mx::Shape& shape) {
  if (!same(info, shape)) {
    return format(
        "has shape {}; {} was expected.",
        shape_text(info.shape),
        shape_text(shape));
  }
  bool real = info.type == io::ElementType::f32 ||
      info.type == io::ElementType::f16 || info.type == io::ElementType::bf16;
  if (real) return "";
  return format(
      "has type {}; F32, F16 or BF16 was expected.", io::type_name(info.type));
}

std::vector<Issue> faults(
    const io::SafetensorsFile& file,
    const std::vector<nn::ParameterPtr>& wanted) {
  std::vector<Issue> issues;
  std::map<std::string, bool> known;
  for (const auto& p : wanted) {
    known[p->name] = true;
    const io::TensorInfo* info = file.find(p->name);
    std::string problem = info
        ? misfit(*info, p->value.shape())
        : format("is missing; {} was expected.", shape_text(p->value.shape()));
    if (!problem.empty()) issues.push_back({p->name, problem, ""});
  }
  for (const io::TensorInfo& info : file.tensors()) {
    if (known.contains(info.name)) continue;
    issues.push_back({info.name, "is unexpected.", ""});
  }
  return issues;
}

// Reads one key of adapter_config.json, or says which is wrong.
template <class Value>
Value read(const Json& object, const char* key) {
  try {
    return object.at(key).get<Value>();
  } catch (const Json::exception&) {
    auto found = object.find(key);
    throw make_error(
        ErrorCode::incompatible,
        "adapter_config.json: {} is {}.",
        key,
        found == object.end() ? "missing" : found->dump());
  }
}

LoraSpec read_spec(const Json& config) {
  std::string type = config.value("fine_tune_type", Json("lora")).dump();
  if (type != "\"lora\"") {
    throw make_error(
        ErrorCode::incompatible,
        "adapter_config.json: fine_tune_type is {}; only \"lora\" is read.",
        type);
  }
  Json lora = read<Json>(config, "lora_parameters");
  if (!lora.is_object()) lora = Json::object();
  LoraSpec spec;
  spec.num_layers = read<int>(config, "num_layers");
  spec.rank = read<int>(lora, "rank");
  spec.scale = read<float>(lora, "scale");
  spec.dropout = lora.contains("dropout") ? read<float>(lora, "dropout") : 0;
  auto keys = lora.find("keys");
  if (keys != lora.end() && !keys->is_null()) {
    spec.keys = read<std::vector<std::string>>(lora, "keys");
  }
  bool sound = spec.rank >= 1 && spec.rank <= 1 << 16 && spec.dropout >= 0 &&
      spec.dropout < 1;
  if (!sound) {
    throw make_error(
        ErrorCode::incompatible,
        "adapter_config.json: rank is {} and dropout {}; a rank of at least 1 "
        "and a dropout from 0 to below 1 are needed.",
        spec.rank,
        spec.dropout);
  }
  return spec;
}

} // namespace

void save_adapter(nn::CausalLM& model, const std::string& file) {
  std::vector<std::pair<std::string, mx::array>> arrays;
  for (const auto& p : trainable(model)) {
    arrays.emplace_back(p->name, mx::astype(p->value, mx::float32));
  }
  nn::save_arrays(file, arrays, {});
}

void load_adapter_weights(nn::CausalLM& model, const std::string& file) {
  auto opened = io::SafetensorsFile::open(file);
  auto wanted = trainable(model);
  auto issues = faults(opened, wanted);
  if (!issues.empty()) {
    throw make_error(
        ErrorCode::incompatible,
        "{}: does not fit the model and its adapter.\n{}\nGive the adapter of "
        "this model, made with the same rank, keys and num_layers.",
        file,
        describe_issues(issues));
  }
  for (const auto& p : wanted) {
    auto value = nn::to_array(opened, *opened.find(p->name));
    p->value = mx::astype(value, mx::float32);
    mx::eval(p->value);
  }
}

Attached load_adapter(nn::CausalLM& model, const std::string& folder) {
  LoraSpec spec =
      read_spec(io::read_json_object(folder + "/adapter_config.json"));
  // mlx-lm writes its default of 16 for smaller models too, and means all.
  spec.num_layers = std::min(spec.num_layers, model.shape().num_layers);
  try {
    // The values are replaced at once, so the key does not matter.
    Attached done = attach_lora(model, spec, mx::random::key(0));
    load_adapter_weights(model, folder + "/adapters.safetensors");
    return done;
  } catch (Error& error) {
    if (error.code() != ErrorCode::invalid_config) throw;
    throw make_error(
        ErrorCode::incompatible,
        "{}: does not fit this model. {}",
        folder + "/adapter_config.json",
        error.message());
  }
}

} // namespace temper::adapters
