// Owns reading a Hugging Face folder for conversion.
#pragma once

#include <optional>
#include <string>

#include "convert/model_source.h"

namespace temper::conversion {

// Opens every shard; tensors are cast to `dtype` if given and floating point.
// Throws not_found, corrupt_file (an index and its shards disagree),
// incompatible (a quantization that is not MLX's).
ModelSource
open_hf_folder(const std::string& folder, std::optional<io::ElementType> dtype);

} // namespace temper::conversion
