// Owns the way back from the frequency factors that GGUF keeps of Llama 3's
// rope scaling to the numbers in config.json.
#pragma once

#include <optional>
#include <vector>

#include "base/json.h"

namespace temper::conversion {

// What each frequency of rope is divided by, one for two dimensions of a head:
// 1 for short waves, `factor` for long ones, smooth between.
std::vector<double>
llama3_factors(double theta, std::size_t frequencies, double factor);

// The "rope_scaling" whose factors these are, with the limits that every
// release of Llama 3 has; nothing when they are no such factors.
std::optional<Json>
llama3_rope_scaling(const std::vector<float>& factors, double theta);

} // namespace temper::conversion
