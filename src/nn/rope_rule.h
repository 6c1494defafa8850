// How positions turn channels: the plain rule and its published scalings.
#pragma once

#include <mlx/array.h>
#include <string>

#include "base/json.h"

namespace temper::nn {

// The periods (radians a turn is slowed by) of `head_dim / 2` channel pairs,
// as kernels::rope takes them. `config` is a model's config.json: rope_theta
// and rope_scaling, or rope_parameters with both. Kinds: default, linear,
// llama3. Throws incompatible for any other.
mlx::core::array
rope_periods(const Json& config, int head_dim, double default_theta);

} // namespace temper::nn
