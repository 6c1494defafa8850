// Arrays from safetensors files, and back.
#pragma once

#include <map>
#include <mlx/array.h>
#include <string>
#include <utility>
#include <vector>

#include "io/safetensors.h"

namespace temper::nn {

// A copy: the file may be closed afterwards. Throws incompatible for element
// types and shapes MLX does not have.
mlx::core::array
to_array(const io::SafetensorsFile& file, const io::TensorInfo& info);

// Evaluates and writes, atomically, in the order given.
void save_arrays(
    const std::string& path,
    const std::vector<std::pair<std::string, mlx::core::array>>& arrays,
    const std::map<std::string, std::string>& metadata);

} // namespace temper::nn
