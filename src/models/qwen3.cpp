// Qwen3: an RMS norm on each head of q and k, before rotation.
#include "models/decoder.h"

namespace temper::models {

std::unique_ptr<nn::CausalLM>
build_qwen3(const Json& config, Weights& weights) {
  DecoderConfig how = read_decoder_config(config);
  how.qkv_bias = how.o_bias = config_flag(config, "attention_bias", false);
  how.head_norms = true;
  how.rope_theta = 1e6;
  return make_decoder(how, config, weights);
}

} // namespace temper::models
