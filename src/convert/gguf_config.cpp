#include "convert/gguf_config.h"

#include <algorithm>

#include "base/format.h"

namespace temper::conversion {

namespace {

std::string class_name(const std::string& architecture) {
  if (architecture == "llama") return "LlamaForCausalLM";
  if (architecture == "qwen2") return "Qwen2ForCausalLM";
  return "Qwen3ForCausalLM";
}

void check_architecture(const GgufMetadata& metadata) {
  const std::string name = metadata.text("general.architecture");
  if (name == "llama" || name == "qwen2" || name == "qwen3") return;
  throw make_error(
      ErrorCode::incompatible,
      "{}: the architecture is {}; llama, qwen2 and qwen3 can be converted "
      "from GGUF. Convert the model's safetensors release.",
      metadata.path(),
      name);
}

void add_rope(
    Json& config,
    const GgufMetadata& metadata,
    const std::string& prefix,
    std::int64_t head_dim) {
  config["rope_theta"] = metadata.has(prefix + "rope.freq_base")
      ? metadata.number(prefix + "rope.freq_base")
      : 10000.0; // what llama.cpp assumes
  const std::string width = prefix + "rope.dimension_count";
  if (metadata.has(width) && metadata.count(width) != head_dim) {
    throw make_error(
        ErrorCode::incompatible,
        "{}: rope turns {} of {} dimensions of a head; only all of them are "
        "supported. Use another model.",
        metadata.path(),
        metadata.count(width),
        head_dim);
  }
  const std::string scaling = prefix + "rope.scaling.type";
  if (!metadata.has(scaling) || metadata.text(scaling) == "none") return;
  if (metadata.text(scaling) != "linear") {
    throw make_error(
        ErrorCode::incompatible,
        "{}: rope scaling is {}; none and linear can be converted from GGUF. "
        "Convert the model's safetensors release.",
        metadata.path(),
        metadata.text(scaling));
  }
  config["rope_scaling"] = {
      {"type", "linear"},
      {"factor", metadata.number(prefix + "rope.scaling.factor")}};
}

// The turn's end where it is not the text's end.
std::vector<std::int64_t> stop_ids(const GgufMetadata& metadata) {
  std::vector<std::int64_t> ids;
  for (const char* name : {"eos", "eot"}) {
    const auto id = metadata.id(format("tokenizer.ggml.{}_token_id", name));
    if (id && std::find(ids.begin(), ids.end(), *id) == ids.end()) {
      ids.push_back(*id);
    }
  }
  return ids;
}

} // namespace

Json config_from_gguf(
    const GgufMetadata& metadata,
    bool tied,
    std::int64_t vocab_size) {
  check_architecture(metadata);
  const std::string architecture = metadata.text("general.architecture");
  const std::string prefix = architecture + ".";
  const auto hidden = metadata.count(prefix + "embedding_length");
  const auto heads = metadata.count(prefix + "attention.head_count");
  const std::string kv_key = prefix + "attention.head_count_kv";
  const std::string width_key = prefix + "attention.key_length";
  const auto head_dim =
      metadata.has(width_key) ? metadata.count(width_key) : hidden / heads;

  Json config;
  config["architectures"] = Json::array({class_name(architecture)});
  config["model_type"] = architecture;
  config["hidden_act"] = "silu";
  config["hidden_size"] = hidden;
  config["intermediate_size"] = metadata.count(prefix + "feed_forward_length");
  config["num_hidden_layers"] = metadata.count(prefix + "block_count");
  config["num_attention_heads"] = heads;
  config["num_key_value_heads"] =
      metadata.has(kv_key) ? metadata.count(kv_key) : heads;
  config["head_dim"] = head_dim;
  config["max_position_embeddings"] = metadata.count(prefix + "context_length");
  config["rms_norm_eps"] =
      metadata.number(prefix + "attention.layer_norm_rms_epsilon");
  config["vocab_size"] = vocab_size;
  config["tie_word_embeddings"] = tied;
  add_rope(config, metadata, prefix, head_dim);
  if (const auto bos = metadata.id("tokenizer.ggml.bos_token_id")) {
    config["bos_token_id"] = *bos;
  }
  if (const auto eos = metadata.id("tokenizer.ggml.eos_token_id")) {
    config["eos_token_id"] = *eos;
  }
  return config;
}

Json generation_config_from_gguf(const GgufMetadata& metadata) {
  Json config = Json::object();
  if (const auto bos = metadata.id("tokenizer.ggml.bos_token_id")) {
    config["bos_token_id"] = *bos;
  }
  const auto stops = stop_ids(metadata);
  if (stops.size() == 1) {
    config["eos_token_id"] = stops[0];
  } else if (!stops.empty()) {
    config["eos_token_id"] = stops;
  }
  return config;
}

} // namespace temper::conversion
