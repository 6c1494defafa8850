#include "temper/generate.h"

#include <random>

#include "base/describe.h"
#include "base/format.h"
#include "infer/generator.h"
#include "infer/sampler.h"
#include "pipeline/engine.h"
#include "pipeline/loaded.h"
#include "text/detokenize.h"

namespace temper {

namespace {

void check(const GenerateConfig& config) {
  std::vector<Issue> issues;
  check_options(config, issues);
  throw_if_any(ErrorCode::invalid_config, issues);
}

// The prompt as the model was trained to see it.
std::vector<std::int32_t>
prompt_tokens(const GenerateConfig& config, const pipeline::Loaded& loaded) {
  if (config.ignore_chat_template || !loaded.chat_template) {
    if (config.system_prompt) {
      throw make_error(
          ErrorCode::invalid_config,
          "--system-prompt: it needs a chat template, and {}.",
          config.ignore_chat_template ? "--ignore-chat-template is given"
                                      : "this model has none");
    }
    return loaded.tokenizer->encode(config.prompt, text::SpecialTokens::add)
        .ids;
  }
  Json messages = Json::array();
  if (config.system_prompt) {
    messages.push_back(
        {{"role", "system"}, {"content", *config.system_prompt}});
  }
  messages.push_back({{"role", "user"}, {"content", config.prompt}});
  const auto rendered = loaded.chat_template->render(
      messages, /* tools= */ nullptr, /* add_generation_prompt= */ true);
  return loaded.tokenizer->encode(rendered.text, text::SpecialTokens::none).ids;
}

double rate(std::int64_t count, double seconds) {
  return seconds > 0 ? double(count) / seconds : 0;
}

} // namespace

GenerateResult generate(
    const GenerateConfig& config,
    Observer* observer,
    const Cancel* cancel) {
  check(config);
  pipeline::prepare_engine();
  Observer& out = observer ? *observer : pipeline::silence();
  pipeline::Loaded loaded =
      pipeline::load(config.model, config.adapter_path, out);
  const auto prompt = prompt_tokens(config, loaded);
  SamplingConfig sampling = config.sampling;
  if (!sampling.seed) sampling.seed = std::random_device{}();
  infer::Sampler sampler(sampling);

  text::Detokenizer detokenizer(*loaded.tokenizer);
  GenerateResult result;
  const auto say = [&](const std::string& piece) {
    if (piece.empty()) return;
    result.text += piece;
    out.on(TextGenerated{piece});
  };
  const auto generation = infer::generate_tokens(
      *loaded.model,
      prompt,
      config.max_tokens,
      sampler,
      loaded.tokenizer->stop_tokens(),
      [&](std::int32_t token) {
        say(detokenizer.add(token));
        return !(cancel && cancel->requested());
      });
  say(detokenizer.finish());

  result.prompt_tokens = generation.prompt_tokens;
  result.generated_tokens = std::int64_t(generation.tokens.size());
  result.prompt_tokens_per_second =
      rate(result.prompt_tokens, generation.prompt_seconds);
  result.generated_tokens_per_second =
      rate(result.generated_tokens, generation.decode_seconds);
  result.stopped_at_limit = generation.hit_limit;
  result.peak_memory_bytes = pipeline::peak_memory_bytes();
  return result;
}

} // namespace temper
