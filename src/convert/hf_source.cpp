#include "convert/hf_source.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/file_system.h"
#include "base/format.h"
#include "convert/floats.h"
#include "io/hf_config.h"

namespace temper::conversion {

namespace fs = std::filesystem;

namespace {

// What the folder of a model may hold beside weights and config.json.
const char* const kCopied[] = {
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "tokenizer.model",
    "chat_template.jinja",
    "chat_template.json",
    "generation_config.json"};

std::vector<std::string> indexed_shards(const std::string& index_path) {
  const Json index = parse_json(read_file(index_path), index_path);
  const auto map = index.find("weight_map");
  if (map == index.end() || !map->is_object()) {
    throw make_error(
        ErrorCode::corrupt_file,
        "{}: found no \"weight_map\" object. Fetch the file again.",
        index_path);
  }
  std::set<std::string> names;
  for (const auto& [tensor, file] : map->items()) {
    // A name with a folder in it could reach outside the model's folder.
    if (!file.is_string() ||
        file.get<std::string>().find_first_of("/\\") != std::string::npos) {
      throw make_error(
          ErrorCode::corrupt_file,
          "{}: \"weight_map\" places {} in {}; expected the name of a file "
          "beside it.",
          index_path,
          tensor,
          file.dump());
    }
    names.insert(file.get<std::string>());
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> shard_names(const std::string& folder) {
  const std::string index = folder + "/model.safetensors.index.json";
  if (exists(index)) return indexed_shards(index);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("model") && name.ends_with(".safetensors")) {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  if (names.empty()) {
    throw make_error(
        ErrorCode::not_found,
        "{}: found no model*.safetensors. Give the folder of a model in the "
        "safetensors format, or a .gguf file.",
        folder);
  }
  return names;
}

// mlx-lm reads neither of these.
bool is_left_out(const std::string& name, const Json& config) {
  if (name.ends_with("rotary_emb.inv_freq")) return true;
  return name == "lm_head.weight" && config.value("tie_word_embeddings", false);
}

OutputTensor output(
    const io::SafetensorsFile& file,
    const io::TensorInfo& info,
    std::optional<io::ElementType> dtype) {
  OutputTensor tensor{info.name, info.type, info.shape, elements(info.shape)};
  const auto bytes = file.bytes(info);
  if (!dtype || *dtype == info.type || !is_float(info.type)) {
    tensor.view = bytes;
    return tensor;
  }
  tensor.type = *dtype;
  tensor.make = [bytes, from = info.type, to = *dtype] {
    return cast(bytes, from, to);
  };
  return tensor;
}

void add_shard(
    ModelSource& source,
    const std::string& path,
    std::optional<io::ElementType> dtype) {
  auto file = std::make_shared<const io::SafetensorsFile>(
      io::SafetensorsFile::open(path));
  source.mappings.push_back(file);
  for (const auto& info : file->tensors()) {
    if (is_left_out(info.name, source.config)) continue;
    source.tensors.push_back(output(*file, info, dtype));
  }
}

void check_unique(
    const std::vector<OutputTensor>& tensors,
    const std::string& folder) {
  std::set<std::string> seen;
  for (const auto& tensor : tensors) {
    if (seen.insert(tensor.name).second) continue;
    throw make_error(
        ErrorCode::corrupt_file,
        "{}: the tensor {} is in two shards; expected it in one.",
        folder,
        tensor.name);
  }
}

int group_size(const Json& quantization, const std::string& module) {
  const auto own = quantization.find(module);
  if (own != quantization.end() && own->is_object()) {
    return own->value("group_size", 64);
  }
  return quantization.value("group_size", 64);
}

// Packed weights stand for as many weights as their scales say.
void count_packed(ModelSource& source) {
  const auto quantization = source.config.find("quantization");
  if (quantization == source.config.end() || !quantization->is_object()) {
    return;
  }
  std::map<std::string, OutputTensor*> by_name;
  for (auto& tensor : source.tensors)
    by_name[tensor.name] = &tensor;
  for (auto& scales : source.tensors) {
    if (!scales.name.ends_with(".scales")) continue;
    const std::string module = scales.name.substr(0, scales.name.size() - 7);
    const auto weight = by_name.find(module + ".weight");
    if (weight == by_name.end()) continue;
    weight->second->parameters =
        elements(scales.shape) * group_size(*quantization, module);
    scales.parameters = 0;
    const auto biases = by_name.find(module + ".biases");
    if (biases != by_name.end()) biases->second->parameters = 0;
  }
}

void refuse_foreign_quantization(const Json& config, const std::string& path) {
  const auto entry = config.find("quantization_config");
  if (entry == config.end() || !entry->is_object()) return;
  const auto method = entry->find("quant_method");
  if (method == entry->end() || !method->is_string()) return;
  throw make_error(
      ErrorCode::incompatible,
      "{}: the weights are quantized with {}; expected dense weights or MLX's "
      "own quantization. Take the model's unquantized release.",
      path,
      method->get<std::string>());
}

} // namespace

ModelSource open_hf_folder(
    const std::string& folder,
    std::optional<io::ElementType> dtype) {
  ModelSource source;
  source.config = io::read_model_config(folder);
  refuse_foreign_quantization(source.config, folder + "/config.json");
  source.config.erase("_name_or_path");
  source.config.erase("vision_config");
  if (dtype) source.config["torch_dtype"] = float_name(*dtype);
  for (const auto& name : shard_names(folder)) {
    add_shard(source, folder + "/" + name, dtype);
  }
  check_unique(source.tensors, folder);
  count_packed(source);
  for (const char* name : kCopied) {
    const std::string path = folder + "/" + name;
    if (exists(path)) source.files.emplace_back(name, read_file(path));
  }
  return source;
}

} // namespace temper::conversion
