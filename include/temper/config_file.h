// Options from a YAML file, in mlx-lm's format.
#pragma once

#include <string>

#include "temper/config.h"

namespace temper {

// Sets the fields of `config` that the file names; null leaves a field alone.
// Throws not_found; invalid_config with every unknown key, wrong type and
// option of mlx-lm that Temper does not have yet.
void read_config_file(const std::string& path, TrainConfig& config);

} // namespace temper
