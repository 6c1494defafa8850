#include <algorithm>

#include "base/format.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "report/terminal.h"
#include "temper/config_file.h"
#include "temper/pipeline.h"

namespace temper::cli {

namespace {

CommandSyntax syntax() {
  const std::string later = "comes with a later version of Temper.";
  return {
      .name = "lora",
      .summary = "Train a LoRA adapter (--train), or measure a model on the "
                 "test split "
                 "(--test).\ntemper train is the same command.",
      .footer =
          "Options on the command line win over those of --config, which win "
          "over the\ndefaults in brackets. With --prompt, the command answers "
          "it as temper generate.\n\n"
          "Example:\n"
          "  temper lora --train --model models/smollm2 --data "
          "examples/commands \\\n"
          "      --iters 300 --batch-size 4 --adapter-path adapters",
      .options = list_options(TrainConfig{}),
      .extras = {{"config", "c", "FILE", "Read options from this YAML file."}},
      .refused =
          {{"--clear-cache-threshold", later},
           {"--report-to", later},
           {"--project-name", later},
           {"--trust-remote-code",
            "Temper never runs code from a model folder."}},
      .short_names = {},
      .aliases = {},
  };
}

bool asks_to_generate(const Words& words) {
  return std::any_of(words.begin(), words.end(), [](const auto& word) {
    return word == "--prompt" || word == "-p" || word.starts_with("--prompt=");
  });
}

} // namespace

int lora(const Words& words, Screens& screens) {
  if (asks_to_generate(words)) return generate(words, screens);
  const CommandSyntax command = syntax();
  const ParsedCommand parsed = parse_command(command, words);
  if (parsed.help) {
    screens.out.line(help_text(command));
    return 0;
  }
  TrainConfig config;
  if (const auto file = parsed.extras.find("config");
      file != parsed.extras.end()) {
    read_config_file(file->second.back(), config);
  }
  fill(config, parsed);
  report::TerminalReport report(screens.out);
  const TrainResult result =
      TrainPipeline(config, &report).execute(&screens.cancel);
  if (result.cancelled && result.training) {
    screens.log.line("stopped; the adapter of this point was saved");
  }
  return 0;
}

} // namespace temper::cli
