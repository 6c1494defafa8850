#include "convert/llama3_rope.h"

#include <cmath>

namespace temper::conversion {

namespace {

// From the config.json of Llama 3.1, 3.2 and 3.3.
constexpr double kLow = 1.0, kHigh = 4.0, kOriginal = 8192.0;

} // namespace

std::vector<double>
llama3_factors(double theta, std::size_t frequencies, double factor) {
  std::vector<double> factors;
  for (std::size_t i = 0; i < frequencies; ++i) {
    const double exponent = double(i) / double(frequencies);
    const double waves = kOriginal / (2 * M_PI * std::pow(theta, exponent));
    const double smooth = (waves - kLow) / (kHigh - kLow);
    if (waves > kHigh) {
      factors.push_back(1.0);
    } else if (waves < kLow) {
      factors.push_back(factor);
    } else {
      factors.push_back(1.0 / ((1.0 - smooth) / factor + smooth));
    }
  }
  return factors;
}

std::optional<Json>
llama3_rope_scaling(const std::vector<float>& factors, double theta) {
  if (factors.empty() || !(factors.back() > 1.0f)) return std::nullopt;
  const double factor = factors.back();
  const auto expected = llama3_factors(theta, factors.size(), factor);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    // The file has float32, computed in float32.
    const double difference = std::abs(factors[i] - expected[i]);
    if (!(difference < 1e-3 * expected[i])) return std::nullopt;
  }
  return Json{
      {"rope_type", "llama3"},
      {"factor", factor},
      {"low_freq_factor", kLow},
      {"high_freq_factor", kHigh},
      {"original_max_position_embeddings", std::int64_t(kOriginal)}};
}

} // namespace temper::conversion
