// Owns reading a GGUF file for conversion.
#pragma once

#include <optional>
#include <string>

#include "convert/model_source.h"

namespace temper::conversion {

enum class Quantized { keep, dequantize };

// Q4_0, Q4_1 and Q8_0 become MLX's affine groups with their bits as they are,
// or dense; scales, biases and dequantized weights are float16 unless `dtype`
// says otherwise, dense tensors keep their type unless it does.
// Throws not_found, corrupt_file, incompatible.
ModelSource open_gguf(
    const std::string& path,
    std::optional<io::ElementType> dtype,
    Quantized quantized);

} // namespace temper::conversion
