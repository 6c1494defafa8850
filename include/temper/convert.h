// A model from elsewhere, as the folder Temper and mlx-lm read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "temper/events.h"
#include "temper/option.h"

namespace temper {

struct ConvertConfig {
  std::string hf_path;
  std::string mlx_path = "mlx_model";
  std::optional<std::string> dtype;
  bool dequantize = false;

  static void describe(auto& c, auto&& field) {
    field(
        "hf_path",
        c.hf_path,
        "A Hugging Face folder (safetensors) or a .gguf file.");
    field("mlx_path", c.mlx_path, "Folder to write; must not exist.");
    field(
        "dtype",
        c.dtype,
        "Element type of unquantized weights, scales and biases. Default: "
        "as the source has it.",
        one_of({"float16", "bfloat16", "float32"}));
    field("dequantize", c.dequantize, "Write quantized weights as dense ones.");
  }
};

struct ConvertResult {
  std::string path;
  std::int64_t tensors = 0, parameters = 0, bytes = 0;
};

// Writes the folder aside and renames it, so that it is whole or absent.
// Throws Error: invalid_config, not_found, corrupt_file, incompatible, io.
ConvertResult
convert(const ConvertConfig& config, Observer* observer = nullptr);

} // namespace temper
