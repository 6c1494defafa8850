#include "models/packing.h"

#include <algorithm>
#include <array>

#include "base/format.h"

namespace temper::models {

namespace {

struct Mode {
  std::string_view name;
  nn::Quantization defaults;
};

const std::array<Mode, 4> kModes = {{
    {"affine", {64, 4, "affine"}},
    {"mxfp4", {32, 4, "mxfp4"}},
    {"mxfp8", {32, 8, "mxfp8"}},
    {"nvfp4", {16, 4, "nvfp4"}},
}};

template <std::size_t Size>
bool among(int value, const std::array<int, Size>& list) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool valid(const nn::Quantization& how, const nn::Quantization& defaults) {
  if (how.mode != "affine") return how == defaults;
  return among(how.group_size, std::array{32, 64, 128}) &&
      among(how.bits, std::array{2, 3, 4, 5, 6, 8});
}

int integer(const Json& rule, const char* key, int absent) {
  auto found = rule.find(key);
  if (found == rule.end() || found->is_null()) return absent;
  return found->is_number_integer() && found->get<double>() < 1024 &&
          found->get<double>() > 0
      ? found->get<int>()
      : -1;
}

nn::Quantization read(const std::string& where, const Json& rule) {
  std::string mode = "affine";
  auto given = rule.find("mode");
  if (given != rule.end()) {
    mode = given->is_string() ? given->get<std::string>() : given->dump();
  }
  auto known = std::find_if(kModes.begin(), kModes.end(), [&](const Mode& m) {
    return m.name == mode;
  });
  if (known == kModes.end()) {
    throw make_error(
        ErrorCode::incompatible,
        "config.json: {} has mode \"{}\"; affine, mxfp4, mxfp8 and nvfp4 are "
        "known.",
        where,
        mode);
  }
  nn::Quantization how = known->defaults;
  how.group_size = integer(rule, "group_size", how.group_size);
  how.bits = integer(rule, "bits", how.bits);
  if (!valid(how, known->defaults)) {
    throw make_error(
        ErrorCode::incompatible,
        "config.json: {} is {}; mode {} does not have these group_size and "
        "bits.",
        where,
        rule.dump(),
        mode);
  }
  return how;
}

} // namespace

Packing::Packing(const Json& config) {
  for (const char* key : {"quantization", "quantization_config"}) {
    auto found = config.find(key);
    if (found == config.end() || found->is_null()) continue;
    bool ours = found->is_object() && found->contains("bits") &&
        !found->contains("quant_method");
    if (!ours) {
      throw make_error(
          ErrorCode::incompatible,
          "config.json: {} is {}; only MLX's own packing (group_size, bits, "
          "mode) is read. Use the model's unquantized form.",
          key,
          found->dump());
    }
    rules_ = *found;
    read(key, rules_);
    return;
  }
}

std::optional<nn::Quantization>
Packing::of(const std::string& path, bool has_scales) const {
  auto rule = rules_.find(path);
  bool own = rule != rules_.end() && rule->is_object();
  if (own) return read("quantization of " + path, *rule);
  bool packed = rule != rules_.end() && rule->is_boolean() ? rule->get<bool>()
                                                           : has_scales;
  if (!packed || rules_.empty()) return std::nullopt;
  return read("quantization", rules_);
}

} // namespace temper::models
