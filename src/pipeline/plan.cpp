#include "pipeline/plan.h"

#include <algorithm>

#include "base/describe.h"

namespace temper::pipeline {

namespace {

constexpr int kDefaultLayers = 16; // mlx-lm's

void check_together(const TrainConfig& config, std::vector<Issue>& issues) {
  if (!config.train && !config.test) {
    issues.push_back(
        {"--train, --test", "neither is given.", "Give one of them, or both."});
  }
  if (config.model.empty()) {
    issues.push_back({"--model", "is missing.", "Give a model's folder."});
  }
  if (config.data.empty()) {
    issues.push_back(
        {"--data", "is missing.", "Give a folder with train.jsonl."});
  }
  if (config.mask_prompt && config.train_on && *config.train_on == "all") {
    issues.push_back(
        {"--mask-prompt, --train-on all",
         "contradict each other.",
         "Leave one of them out."});
  }
  if (config.resume_adapter_file && !config.train) {
    issues.push_back(
        {"--resume-adapter-file",
         "does nothing without --train.",
         "To test an adapter, name its folder with --adapter-path."});
  }
  if (config.train && config.grad_accumulation_steps > config.iters) {
    issues.push_back(
        {"--grad-accumulation-steps",
         "is larger than --iters, so no update would be made.",
         "Lower it or raise --iters."});
  }
}

} // namespace

void check_config(const TrainConfig& config) {
  std::vector<Issue> issues;
  check_options(config, issues);
  check_together(config, issues);
  throw_if_any(ErrorCode::invalid_config, issues);
}

int adapted_layers(const TrainConfig& config, int model_layers) {
  if (!config.num_layers) return std::min(kDefaultLayers, model_layers);
  return *config.num_layers <= 0 ? model_layers : *config.num_layers;
}

adapters::LoraSpec lora_spec(const TrainConfig& config, int model_layers) {
  const LoraConfig& lora = config.lora_parameters;
  return {
      .rank = lora.rank,
      .scale = static_cast<float>(lora.scale),
      .dropout = static_cast<float>(lora.dropout),
      .keys = lora.keys,
      .num_layers = adapted_layers(config, model_layers)};
}

data::RenderOptions render_options(const TrainConfig& config) {
  data::RenderOptions options;
  if (config.train_on)
    options.train_on = data::parse_train_on(*config.train_on);
  options.max_seq_length = config.max_seq_length;
  options.mask_prompt = config.mask_prompt;
  return options;
}

Json adapter_config(const TrainConfig& config, int model_layers) {
  Json json = to_json(config);
  json["num_layers"] = adapted_layers(config, model_layers);
  // An empty list would tell mlx-lm to adapt nothing.
  if (config.lora_parameters.keys.empty()) {
    json["lora_parameters"].erase("keys");
  }
  return json;
}

} // namespace temper::pipeline
