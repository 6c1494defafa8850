#include "nn/rope_rule.h"

#include <cmath>
#include <numbers>
#include <vector>

#include "base/format.h"

namespace temper::nn {

namespace mx = mlx::core;

namespace {

double number(const Json& object, const char* key, double absent) {
  auto found = object.find(key);
  if (found == object.end() || found->is_null()) return absent;
  if (!found->is_number() || !(found->get<double>() > 0)) {
    throw make_error(
        ErrorCode::incompatible,
        "config.json: rope's {} is {}; a number above 0 is needed.",
        key,
        found->dump());
  }
  return found->get<double>();
}

std::string kind_of(const Json& scaling) {
  for (const char* key : {"rope_type", "type"}) {
    auto found = scaling.find(key);
    if (found != scaling.end() && found->is_string()) return *found;
  }
  return "default";
}

// Llama 3.1: periods much longer than the trained context are stretched by
// `factor`, short ones are kept, and those between are blended.
double llama3(const Json& scaling, double period) {
  double factor = number(scaling, "factor", 1);
  double low = number(scaling, "low_freq_factor", 1);
  double high = number(scaling, "high_freq_factor", 4);
  double trained = number(scaling, "original_max_position_embeddings", 8192);
  double turns = trained / (2 * std::numbers::pi * period);
  if (turns < low) return period * factor;
  if (turns > high || high == low) return period;
  double smooth = (turns - low) / (high - low);
  return period / ((1 - smooth) / factor + smooth);
}

double scaled(const Json& scaling, const std::string& kind, double period) {
  if (kind == "linear") return period * number(scaling, "factor", 1);
  if (kind == "llama3") return llama3(scaling, period);
  return period;
}

} // namespace

mx::array rope_periods(const Json& config, int head_dim, double default_theta) {
  Json nested = config.value("rope_parameters", Json());
  if (!nested.is_object()) nested = Json::object();
  Json scaling = config.value("rope_scaling", Json());
  if (!scaling.is_object()) scaling = nested;
  double theta =
      number(config, "rope_theta", number(nested, "rope_theta", default_theta));
  std::string kind = kind_of(scaling);
  if (kind != "default" && kind != "linear" && kind != "llama3") {
    throw make_error(
        ErrorCode::incompatible,
        "config.json: rope scaling \"{}\" is not supported; default, linear "
        "and llama3 are.",
        kind);
  }
  std::vector<float> periods;
  for (int i = 0; i < head_dim / 2; ++i) {
    double period = std::pow(theta, 2.0 * i / head_dim);
    periods.push_back(static_cast<float>(scaled(scaling, kind, period)));
  }
  return mx::array(periods.begin(), {head_dim / 2}, mx::float32);
}

} // namespace temper::nn
