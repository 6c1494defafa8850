// Llama: the common decoder, with biases where the configuration asks.
#include "models/decoder.h"

namespace temper::models {

std::unique_ptr<nn::CausalLM>
build_llama(const Json& config, Weights& weights) {
  DecoderConfig how = read_decoder_config(config);
  how.qkv_bias = how.o_bias = config_flag(config, "attention_bias", false);
  how.mlp_bias = config_flag(config, "mlp_bias", false);
  how.rope_interleaved = config_flag(config, "rope_traditional", false);
  return make_decoder(how, config, weights);
}

} // namespace temper::models
