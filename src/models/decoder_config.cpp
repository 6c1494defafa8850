#include "base/format.h"
#include "models/decoder.h"

namespace temper::models {

namespace {

// Far over any model there is, and low enough that products of two sizes of
// one matrix stay inside 32 bits where MLX needs them to.
constexpr int kLargest = 1 << 24;

double config_number(const Json& config, const char* key, double absent) {
  auto found = config.find(key);
  if (found == config.end() || found->is_null()) return absent;
  if (found->is_number()) return found->get<double>();
  throw make_error(
      ErrorCode::incompatible,
      "config.json: {} is {}; a number was expected.",
      key,
      found->dump());
}

void refuse_windows(const Json& config) {
  auto types = config.find("layer_types");
  if (types == config.end() || !types->is_array()) return;
  for (const Json& type : *types) {
    if (type == "full_attention") continue;
    throw make_error(
        ErrorCode::incompatible,
        "config.json: layer_types has {}; only \"full_attention\" is "
        "supported for this kind of model.",
        type.dump());
  }
}

void check_heads(const DecoderConfig& how) {
  if (how.heads % how.kv_heads != 0) {
    throw make_error(
        ErrorCode::incompatible,
        "config.json: num_attention_heads {} is not a multiple of "
        "num_key_value_heads {}.",
        how.heads,
        how.kv_heads);
  }
  if (how.head_dim % 2 != 0) {
    throw make_error(
        ErrorCode::incompatible,
        "config.json: head_dim is {}; an even number was expected.",
        how.head_dim);
  }
}

} // namespace

bool config_flag(const Json& config, const char* key, bool absent) {
  auto found = config.find(key);
  if (found == config.end() || found->is_null()) return absent;
  if (found->is_boolean()) return found->get<bool>();
  throw make_error(
      ErrorCode::incompatible,
      "config.json: {} is {}; true or false was expected.",
      key,
      found->dump());
}

int config_int(
    const Json& config,
    const char* key,
    int absent,
    int low,
    int high) {
  auto found = config.find(key);
  bool given = found != config.end() && !found->is_null();
  if (!given && absent >= low) return absent;
  bool whole = given && found->is_number_integer();
  double value = whole ? found->get<double>() : 0;
  if (whole && value >= low && value <= high) return found->get<int>();
  throw make_error(
      ErrorCode::incompatible,
      "config.json: {} is {}; a whole number from {} to {} was expected.",
      key,
      given ? found->dump() : "missing",
      low,
      high);
}

DecoderConfig read_decoder_config(const Json& config) {
  auto size = [&](const char* key, int high, int absent = 0) {
    return config_int(config, key, absent, 1, high);
  };
  refuse_windows(config);
  DecoderConfig how;
  how.model_type = config.value("model_type", "");
  how.vocab_size = size("vocab_size", kLargest);
  how.hidden_size = size("hidden_size", 1 << 20);
  how.num_layers = size("num_hidden_layers", 4096);
  how.intermediate_size = size("intermediate_size", kLargest);
  how.heads = size("num_attention_heads", 4096);
  how.kv_heads = size("num_key_value_heads", 4096, how.heads);
  how.head_dim = size("head_dim", 4096, how.hidden_size / how.heads);
  how.norm_eps =
      static_cast<float>(config_number(config, "rms_norm_eps", 1e-6));
  check_heads(how);
  return how;
}

} // namespace temper::models
