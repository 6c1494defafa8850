#include "convert/gguf_source.h"

#include <cstring>

#include "base/format.h"
#include "convert/floats.h"
#include "convert/gguf_config.h"
#include "convert/gguf_names.h"
#include "convert/gguf_tokenizer.h"
#include "convert/llama3_rope.h"
#include "convert/repack.h"

namespace temper::conversion {

namespace {

using io::ElementType;
using io::GgufTensor;
using Span = std::span<const std::byte>;

constexpr const char* kRopeFactors = "rope_freqs.weight";

struct Plan {
  std::shared_ptr<const io::GgufFile> file;
  std::optional<ElementType> dtype;
  Quantized quantized;
  std::int64_t query_heads = 0, key_heads = 0; // 0: rows stay as they are
};

// Heads whose rows are to be put back; 0 for none.
std::int64_t reordered_heads(const Plan& plan, const GgufTensor& tensor) {
  const RowOrder order = row_order(tensor.name);
  if (order == RowOrder::query_heads) return plan.query_heads;
  return order == RowOrder::key_heads ? plan.key_heads : 0;
}

void check_shape(const Plan& plan, const GgufTensor& tensor) {
  const auto& shape = tensor.shape;
  const std::int64_t heads = reordered_heads(plan, tensor);
  const bool blocks = !is_quantized(tensor.type) ||
      (shape.size() == 2 && shape[1] % kBlock == 0);
  const bool rows = heads == 0 ||
      (!shape.empty() && shape[0] > 0 && shape[0] % (2 * heads) == 0);
  if (blocks && rows) return;
  throw make_error(
      ErrorCode::corrupt_file,
      "{}: {} has shape [{}]; expected {}. Fetch the file again.",
      plan.file->path(),
      tensor.name,
      fmt::join(shape, ", "),
      blocks ? format("rows for {} heads of even width", heads)
             : std::string("two axes and rows of whole blocks of 32"));
}

// A tensor whose bytes come from `convert` applied to the reordered source.
template <class Convert>
OutputTensor made(
    const Plan& plan,
    const GgufTensor& tensor,
    std::string name,
    ElementType type,
    std::vector<std::int64_t> shape,
    Convert convert) {
  OutputTensor result{std::move(name), type, std::move(shape)};
  const Span bytes = plan.file->bytes(tensor);
  const std::int64_t heads = reordered_heads(plan, tensor);
  const std::int64_t rows = tensor.shape.empty() ? 1 : tensor.shape[0];
  result.make = [=] {
    if (heads == 0) return convert(bytes);
    return convert(Span(rows_in_halves(bytes, rows, heads)));
  };
  return result;
}

void add_packed(
    ModelSource& source,
    const Plan& plan,
    const GgufTensor& tensor,
    const std::string& name) {
  const auto type = tensor.type;
  const auto to = plan.dtype.value_or(ElementType::f16);
  const int bits = bits_of(type);
  const std::int64_t rows = tensor.shape[0], columns = tensor.shape[1];
  const std::string module = name.substr(0, name.rfind('.'));
  auto weight = made(
      plan,
      tensor,
      name,
      ElementType::u32,
      {rows, columns * bits / 32},
      [=](Span blocks) { return packed_weights(blocks, type); });
  weight.parameters = rows * columns;
  source.tensors.push_back(std::move(weight));
  const std::vector<std::int64_t> groups{rows, columns / kBlock};
  source.tensors.push_back(
      made(plan, tensor, module + ".scales", to, groups, [=](Span blocks) {
        return group_scales(blocks, type, to);
      }));
  source.tensors.push_back(
      made(plan, tensor, module + ".biases", to, groups, [=](Span blocks) {
        return group_biases(blocks, type, to);
      }));
  source.config["quantization"][module] = {
      {"group_size", kBlock}, {"bits", bits}};
}

void add_dense(
    ModelSource& source,
    const Plan& plan,
    const GgufTensor& tensor,
    const std::string& name) {
  const auto type = tensor.type;
  const bool packed = is_quantized(type);
  const auto from = dense_type(type);
  const auto to = plan.dtype.value_or(packed ? ElementType::f16 : from);
  auto dense =
      made(plan, tensor, name, to, tensor.shape, [=](Span bytes) -> Bytes {
        if (packed) return dequantized(bytes, type, to);
        if (from == to) return {bytes.begin(), bytes.end()};
        return cast(bytes, from, to);
      });
  dense.parameters = elements(tensor.shape);
  source.tensors.push_back(std::move(dense));
}

void add_tensor(
    ModelSource& source,
    const Plan& plan,
    const GgufTensor& tensor) {
  const auto name = hf_name(tensor.name);
  if (!name) {
    throw make_error(
        ErrorCode::incompatible,
        "{}: the tensor {} has no place in a model of this architecture. "
        "Convert the model's safetensors release.",
        plan.file->path(),
        tensor.name);
  }
  check_shape(plan, tensor);
  if (is_quantized(tensor.type) && plan.quantized == Quantized::keep) {
    add_packed(source, plan, tensor, *name);
  } else {
    add_dense(source, plan, tensor, *name);
  }
}

// Llama 3's rope scaling is a tensor in GGUF and numbers in config.json.
void add_rope_scaling(Json& config, const io::GgufFile& file) {
  const auto* tensor = file.find(kRopeFactors);
  if (!tensor) return;
  std::optional<Json> scaling;
  if (tensor->type == io::GgufType::f32) {
    std::vector<float> factors(std::size_t(elements(tensor->shape)));
    const auto bytes = file.bytes(*tensor);
    std::memcpy(factors.data(), bytes.data(), bytes.size());
    scaling = llama3_rope_scaling(factors, config["rope_theta"]);
  }
  if (!scaling) {
    throw make_error(
        ErrorCode::incompatible,
        "{}: {} is not Llama 3's rope scaling; no other can be converted from "
        "GGUF. Convert the model's safetensors release.",
        file.path(),
        kRopeFactors);
  }
  config["rope_scaling"] = *std::move(scaling);
}

// Global numbers for modules that have no entry of their own: the 4-bit ones.
void finish_config(Json& config, const Plan& plan) {
  auto type = plan.dtype;
  if (!type) {
    const auto* embedding = plan.file->find("token_embd.weight");
    type = is_quantized(embedding->type) ? ElementType::f16
                                         : dense_type(embedding->type);
  }
  config["torch_dtype"] = float_name(*type);
  const auto found = config.find("quantization");
  if (found == config.end()) return;
  Json quantization = {{"group_size", kBlock}, {"bits", 4}};
  quantization.update(*found);
  config["quantization"] = quantization;
  config["quantization_config"] = std::move(quantization);
}

std::int64_t vocab_size(const io::GgufFile& file) {
  const auto* embedding = file.find("token_embd.weight");
  if (embedding && embedding->shape.size() == 2) return embedding->shape[0];
  throw make_error(
      ErrorCode::incompatible,
      "{}: found no two-dimensional token_embd.weight; every model has one. "
      "Give the file of a whole model.",
      file.path());
}

} // namespace

ModelSource open_gguf(
    const std::string& path,
    std::optional<ElementType> dtype,
    Quantized quantized) {
  auto file = std::make_shared<const io::GgufFile>(io::GgufFile::open(path));
  const GgufMetadata metadata(file->metadata(), path);
  const std::int64_t vocabulary = vocab_size(*file);
  ModelSource source;
  source.mappings.push_back(file);
  source.config = config_from_gguf(
      metadata, /* tied= */ !file->find("output.weight"), vocabulary);
  Plan plan{file, dtype, quantized};
  if (source.config["model_type"] == "llama") {
    plan.query_heads = source.config["num_attention_heads"];
    plan.key_heads = source.config["num_key_value_heads"];
  }
  for (const auto& tensor : file->tensors()) {
    if (tensor.name != kRopeFactors) add_tensor(source, plan, tensor);
  }
  add_rope_scaling(source.config, *file);
  finish_config(source.config, plan);
  auto [tokenizer, tokenizer_config] =
      tokenizer_from_gguf(metadata, vocabulary);
  source.files = {
      {"tokenizer.json", std::move(tokenizer)},
      {"tokenizer_config.json", std::move(tokenizer_config)},
      {"generation_config.json",
       dump_sorted(generation_config_from_gguf(metadata))}};
  return source;
}

} // namespace temper::conversion
