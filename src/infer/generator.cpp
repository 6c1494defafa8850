#include "infer/generator.h"

#include <mlx/ops.h>
#include <mlx/transforms.h>

#include <chrono>

#include "base/format.h"
#include "infer/stop.h"

namespace temper::infer {

namespace mx = mlx::core;

namespace {

using Clock = std::chrono::steady_clock;

// Bounds the attention scores of a long prompt; mlx-lm's speculative path uses
// the same.
constexpr std::size_t kPrefillChunk = 512;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void check_prompt(std::span<const std::int32_t> prompt, int vocab_size) {
  if (prompt.empty()) {
    throw make_error(
        ErrorCode::invalid_config,
        "prompt: it has no tokens; at least one is needed. Give a prompt.");
  }
  for (auto id : prompt) {
    if (id >= 0 && id < vocab_size) continue;
    throw make_error(
        ErrorCode::incompatible,
        "prompt: token {} is outside the model's vocabulary of {}. Use the "
        "tokenizer that belongs to the model.",
        id,
        vocab_size);
  }
}

// tokens -> logits [1, V] after the last of them.
mx::array last_logits(
    nn::CausalLM& model,
    std::span<const std::int32_t> tokens,
    nn::KvCache& cache) {
  const int count = static_cast<int>(tokens.size());
  auto hidden = model.hidden(
      mx::array(tokens.data(), {count}, mx::int32),
      nn::TokenGrid::dense(1, count),
      {},
      &cache);
  return model.logits(
      mx::slice(hidden, {count - 1, 0}, {count, hidden.shape(1)}));
}

mx::array prefill(
    nn::CausalLM& model,
    std::span<const std::int32_t> prompt,
    nn::KvCache& cache) {
  while (prompt.size() > kPrefillChunk) {
    mx::eval(last_logits(model, prompt.first(kPrefillChunk), cache));
    prompt = prompt.subspan(kPrefillChunk);
  }
  return last_logits(model, prompt, cache);
}

} // namespace

Generation generate_tokens(
    nn::CausalLM& model,
    std::span<const std::int32_t> prompt,
    int max_tokens,
    const Sampler& sampler,
    std::span<const std::int32_t> stop_tokens,
    const std::function<bool(std::int32_t)>& on_token) {
  check_prompt(prompt, model.shape().vocab_size);
  Generation result;
  result.prompt_tokens = std::int64_t(prompt.size());
  auto cache = model.make_cache();
  auto begin = Clock::now();
  auto logits = prefill(model, prompt, cache);
  for (int step = 0;; ++step) {
    const auto token = sampler.sample(logits, step).item<std::int32_t>();
    if (step == 0) {
      result.prompt_seconds = seconds_since(begin);
      begin = Clock::now();
    }
    if (is_stop(stop_tokens, token)) break;
    result.tokens.push_back(token);
    if (on_token && !on_token(token)) break;
    result.hit_limit = int(result.tokens.size()) >= max_tokens;
    if (result.hit_limit) break;
    logits = last_logits(model, {&token, 1}, cache);
  }
  result.decode_seconds = seconds_since(begin);
  return result;
}

} // namespace temper::infer
