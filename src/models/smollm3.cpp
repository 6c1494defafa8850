// SmolLM3: Llama without rotation in some blocks, by default every fourth.
#include "base/format.h"
#include "models/decoder.h"

namespace temper::models {

namespace {

std::vector<bool> rotating_layers(const Json& config, int layers) {
  std::vector<bool> rotating;
  auto given = config.find("no_rope_layers");
  if (given == config.end() || given->is_null()) {
    int interval = config_int(config, "no_rope_layer_interval", 4, 1, 1 << 20);
    for (int i = 1; i <= layers; ++i)
      rotating.push_back(i % interval != 0);
    return rotating;
  }
  bool fits = given->is_array() && std::ssize(*given) == layers;
  for (const Json& flag : fits ? *given : Json::array()) {
    if (flag == 0 || flag == 1) rotating.push_back(flag == 1);
  }
  if (std::ssize(rotating) != layers) {
    throw make_error(
        ErrorCode::incompatible,
        "config.json: no_rope_layers is {}; {} numbers, each 0 or 1, were "
        "expected.",
        given->dump(),
        layers);
  }
  return rotating;
}

} // namespace

std::unique_ptr<nn::CausalLM>
build_smollm3(const Json& config, Weights& weights) {
  DecoderConfig how = read_decoder_config(config);
  how.qkv_bias = how.o_bias = config_flag(config, "attention_bias", false);
  how.mlp_bias = config_flag(config, "mlp_bias", false);
  how.rope_in_layer = rotating_layers(config, how.num_layers);
  return make_decoder(how, config, weights);
}

} // namespace temper::models
