#include "temper/generate.h"

#include <iostream>
#include <iterator>

#include "base/format.h"
#include "base/units.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "report/terminal.h"

namespace temper::cli {

namespace {

CommandSyntax syntax() {
  const char* later = "comes with a later version of Temper.";
  std::vector<RefusedFlag> refused;
  for (const char* flag :
       {"--extra-eos-token",
        "--prefill-response",
        "--xtc-probability",
        "--xtc-threshold",
        "--min-tokens-to-keep",
        "--chat-template-config",
        "--max-kv-size",
        "--prompt-cache-file",
        "--kv-bits",
        "--kv-group-size",
        "--quantized-kv-start",
        "--draft-model",
        "--num-draft-tokens",
        "--quantize-activations",
        "-qa",
        "--use-default-chat-template"}) {
    refused.push_back({flag, later});
  }
  refused.push_back(
      {"--trust-remote-code", "Temper never runs code from a model folder."});
  return {
      .name = "generate",
      .summary = "Answer a prompt, with the base model or an adapter on it.",
      .footer =
          "Examples:\n"
          "  temper generate --model models/smollm2 --prompt \"Why is the sky "
          "blue?\"\n"
          "  echo \"Wake me at 7\" | temper generate --model models/smollm2 "
          "\\\n"
          "      --adapter-path adapters --prompt -",
      .options = list_options(GenerateConfig{}),
      .extras =
          {{"json", "", "", "Print one JSON object instead of the text."}},
      .refused = refused,
      .short_names = {{"p", "prompt"}, {"m", "max_tokens"}},
      .aliases = {},
  };
}

std::string standard_input() {
  std::string text(
      std::istreambuf_iterator<char>(std::cin),
      std::istreambuf_iterator<char>{});
  while (text.ends_with('\n'))
    text.pop_back();
  return text;
}

std::string summary(const GenerateResult& result) {
  return format(
      "prompt {} tokens, {:.0f} tok/s; generated {} tokens, {:.1f} tok/s; peak "
      "memory {}{}",
      result.prompt_tokens,
      result.prompt_tokens_per_second,
      result.generated_tokens,
      result.generated_tokens_per_second,
      format_bytes(result.peak_memory_bytes),
      result.stopped_at_limit ? "; stopped at --max-tokens" : "");
}

Json as_json(const GenerateResult& result) {
  return {
      {"text", result.text},
      {"prompt_tokens", result.prompt_tokens},
      {"generated_tokens", result.generated_tokens},
      {"prompt_tokens_per_second", result.prompt_tokens_per_second},
      {"generated_tokens_per_second", result.generated_tokens_per_second},
      {"peak_memory_bytes", result.peak_memory_bytes},
      {"stopped_at_limit", result.stopped_at_limit}};
}

// Text goes to one screen while the rest goes to the other.
class Streaming : public Observer {
 public:
  Streaming(report::Screen& out, report::Screen& log)
      : text_(out), rest_(log), log_(log) {}
  void on(const Event& event) override {
    if (!std::holds_alternative<TextGenerated>(event)) return rest_.on(event);
    log_.clear_live();
    text_.on(event);
  }

 private:
  report::TerminalReport text_, rest_;
  report::Screen& log_;
};

} // namespace

int generate(const Words& words, Screens& screens) {
  const CommandSyntax command = syntax();
  const ParsedCommand parsed = parse_command(command, words);
  if (parsed.help) {
    screens.out.line(help_text(command));
    return 0;
  }
  GenerateConfig config;
  fill(config, parsed);
  if (config.prompt == "-") config.prompt = standard_input();
  if (parsed.extras.contains("json")) {
    const auto result = temper::generate(config, nullptr, &screens.cancel);
    screens.out.line(as_json(result).dump());
    return 0;
  }
  Streaming report(screens.out, screens.log);
  const auto result = temper::generate(config, &report, &screens.cancel);
  screens.out.line("");
  screens.log.line(screens.log.styled(report::Style::dim, summary(result)));
  return 0;
}

} // namespace temper::cli
