// The decoder most families share: blocks of attention and a gated
// feed-forward layer, each behind an RMS norm, with a residual around it.
// A family's file fills DecoderConfig and says only how it departs.
#pragma once

#include <memory>
#include <mlx/array.h>
#include <string>
#include <vector>

#include "base/json.h"
#include "models/weights.h"
#include "nn/causal_lm.h"

namespace temper::models {

struct DecoderConfig {
  std::string model_type;
  int vocab_size = 0;
  int hidden_size = 0;
  int num_layers = 0;
  int intermediate_size = 0;
  int heads = 0;
  int kv_heads = 0;
  int head_dim = 0;
  float norm_eps = 1e-6f;
  double rope_theta = 10000; // when the configuration has none
  bool rope_interleaved = false;
  bool qkv_bias = false;
  bool o_bias = false;
  bool mlp_bias = false;
  bool head_norms = false; // RMS norms on each head of q and k
  std::vector<bool> rope_in_layer; // empty: in every one
};

// The keys all families have. Throws incompatible for missing ones, sizes out
// of range, and attention windows.
DecoderConfig read_decoder_config(const Json& config);

// Reads a switch of config.json; absent or null: `absent`.
bool config_flag(const Json& config, const char* key, bool absent);

// Reads a whole number from `low` to `high`; absent and null: `absent`, or an
// error when that is below `low`.
int config_int(
    const Json& config,
    const char* key,
    int absent,
    int low,
    int high);

// The model, its tensors taken from `weights`.
std::unique_ptr<nn::CausalLM>
make_decoder(DecoderConfig how, const Json& config, Weights& weights);

} // namespace temper::models
