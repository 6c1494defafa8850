// Mistral: the common decoder as it stands. Its sliding window is longer than
// the rows trained on here, and is not applied.
#include "models/decoder.h"

namespace temper::models {

std::unique_ptr<nn::CausalLM>
build_mistral(const Json& config, Weights& weights) {
  return make_decoder(read_decoder_config(config), config, weights);
}

} // namespace temper::models
