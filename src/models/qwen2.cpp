// Qwen2: biases on q, k and v.
#include "models/decoder.h"

namespace temper::models {

std::unique_ptr<nn::CausalLM>
build_qwen2(const Json& config, Weights& weights) {
  DecoderConfig how = read_decoder_config(config);
  how.qkv_bias = true;
  how.rope_theta = 1e6;
  return make_decoder(how, config, weights);
}

} // namespace temper::models
