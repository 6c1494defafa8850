// Text from a prompt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "temper/cancel.h"
#include "temper/events.h"
#include "temper/option.h"

namespace temper {

// Temperature 0 is greedy. The filters apply in the order top_p, min_p, top_k.
struct SamplingConfig {
  double temp = 0.0;
  double top_p = 1.0;
  int top_k = 0;
  double min_p = 0.0;
  std::optional<std::int64_t> seed;

  static void describe(auto& c, auto&& field) {
    field("temp", c.temp, "Temperature; 0 is greedy.", at_least(0.0));
    field(
        "top_p",
        c.top_p,
        "Sample from the likeliest tokens that hold this much probability.",
        Between{0.0, 1.0});
    field(
        "top_k", c.top_k, "Sample from the k likeliest; 0: all.", at_least(0));
    field(
        "min_p",
        c.min_p,
        "Leave out tokens less likely than this share of the likeliest.",
        Between{0.0, 1.0});
    field("seed", c.seed, "Seed of the sampling; default: a fresh one.");
  }
};

struct GenerateConfig {
  std::string model;
  std::optional<std::string> adapter_path;
  std::string prompt = "hello";
  std::optional<std::string> system_prompt;
  int max_tokens = 100;
  bool ignore_chat_template = false;
  SamplingConfig sampling;

  static void describe(auto& c, auto&& field) {
    field("model", c.model, "Folder of the model (see temper convert).");
    field("adapter_path", c.adapter_path, "Folder of an adapter to apply.");
    field("prompt", c.prompt, "What to answer; - reads standard input.");
    field("system_prompt", c.system_prompt, "A system message before it.");
    field("max_tokens", c.max_tokens, "Most tokens to generate.", at_least(1));
    field(
        "ignore_chat_template",
        c.ignore_chat_template,
        "Give the prompt to the model as it stands.");
    decltype(c.sampling)::describe(c.sampling, field);
  }
};

struct GenerateResult {
  std::string text;
  std::int64_t prompt_tokens = 0, generated_tokens = 0;
  double prompt_tokens_per_second = 0, generated_tokens_per_second = 0;
  std::int64_t peak_memory_bytes = 0;
  bool stopped_at_limit = false; // max_tokens was reached
};

// Streams TextGenerated events and returns the whole.
// Throws Error: invalid_config, not_found, corrupt_file, incompatible.
GenerateResult generate(
    const GenerateConfig& config,
    Observer* observer = nullptr,
    const Cancel* cancel = nullptr);

} // namespace temper
