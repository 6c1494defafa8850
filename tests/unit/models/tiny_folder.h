// A tiny model folder on disk, made of random tensors that fit its
// configuration.
#pragma once

#include <mlx/ops.h>
#include <mlx/random.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "base/json.h"
#include "nn/tensor_io.h"

namespace temper::models {

using Tensors = std::map<std::string, mlx::core::array>;

inline Json tiny_config() {
  return Json{
      {"model_type", "llama"},
      {"vocab_size", 32},
      {"hidden_size", 16},
      {"num_hidden_layers", 2},
      {"intermediate_size", 24},
      {"num_attention_heads", 4},
      {"num_key_value_heads", 2},
      {"rms_norm_eps", 1e-5},
      {"tie_word_embeddings", true}};
}

// The tensors tiny_config() asks for.
inline Tensors tiny_tensors() {
  namespace mx = mlx::core;
  Tensors all;
  auto add = [&](const std::string& name, mx::Shape shape) {
    auto key = mx::random::key(all.size());
    auto value = mx::random::normal(shape, mx::float32, key);
    if (shape.size() == 2) value = value * mx::array(0.25f);
    all.emplace(name, value);
  };
  add("model.embed_tokens.weight", {32, 16});
  add("model.norm.weight", {16});
  for (std::string layer : {"model.layers.0.", "model.layers.1."}) {
    add(layer + "input_layernorm.weight", {16});
    add(layer + "post_attention_layernorm.weight", {16});
    add(layer + "self_attn.q_proj.weight", {16, 16});
    add(layer + "self_attn.k_proj.weight", {8, 16});
    add(layer + "self_attn.v_proj.weight", {8, 16});
    add(layer + "self_attn.o_proj.weight", {16, 16});
    add(layer + "mlp.gate_proj.weight", {24, 16});
    add(layer + "mlp.up_proj.weight", {24, 16});
    add(layer + "mlp.down_proj.weight", {16, 24});
  }
  return all;
}

inline void save_tensors(const std::string& path, const Tensors& tensors) {
  nn::save_arrays(path, {tensors.begin(), tensors.end()}, {});
}

// An empty folder of this name.
inline std::string fresh_folder(const std::string& name) {
  auto path = std::filesystem::temp_directory_path() / ("temper_" + name);
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path.string();
}

inline std::string write_tiny(
    const std::string& name,
    const Json& config = tiny_config(),
    const Tensors& tensors = tiny_tensors()) {
  std::string folder = fresh_folder(name);
  std::ofstream(folder + "/config.json") << config.dump();
  save_tensors(folder + "/model.safetensors", tensors);
  return folder;
}

} // namespace temper::models
