#include "temper/convert.h"

#include "base/format.h"
#include "base/units.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "report/terminal.h"

namespace temper::cli {

namespace {

CommandSyntax syntax() {
  const char* later = "quantizing comes with a later version of Temper.";
  return {
      .name = "convert",
      .summary =
          "Make the folder that Temper and mlx-lm read from a Hugging Face "
          "folder or a\n.gguf file.",
      .footer =
          "Examples:\n"
          "  temper convert --hf-path SmolLM2-135M-Instruct --mlx-path "
          "smollm2\n"
          "  temper convert --hf-path model.gguf --mlx-path m --dtype float32",
      .options = list_options(ConvertConfig{}),
      .extras = {},
      .refused =
          {{"--quantize", later},
           {"-q", later},
           {"--q-bits", later},
           {"--q-group-size", later},
           {"--q-mode", later},
           {"--quant-predicate", later},
           {"--upload-repo", "uploading comes with a later version of Temper."},
           {"--trust-remote-code",
            "Temper never runs code from a model folder."}},
      .short_names = {{"d", "dequantize"}},
      .aliases = {{"model", "hf_path"}},
  };
}

} // namespace

int convert(const Words& words, Screens& screens) {
  const CommandSyntax command = syntax();
  const ParsedCommand parsed = parse_command(command, words);
  if (parsed.help) {
    screens.out.line(help_text(command));
    return 0;
  }
  ConvertConfig config;
  fill(config, parsed);
  report::TerminalReport report(screens.log);
  const ConvertResult result = temper::convert(config, &report);
  screens.out.line(format(
      "{} tensors, {} parameters, {} written to {}",
      result.tensors,
      format_count(result.parameters),
      format_bytes(result.bytes),
      result.path));
  return 0;
}

} // namespace temper::cli
