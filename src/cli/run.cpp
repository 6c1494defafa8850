#include "base/format.h"
#include "base/nearest.h"
#include "cli/command.h"
#include "temper/error.h"
#include "temper/version.h"

namespace temper::cli {

namespace {

std::string overview() {
  std::string text = "Fine-tune language models with LoRA on MLX.\n\n"
                     "Usage: temper COMMAND [OPTIONS]\n\nCommands:\n";
  for (const Command& command : commands()) {
    text += format("  {:<10}{}\n", command.name, command.summary);
  }
  return text +
      "\ntemper COMMAND --help shows a command's options; temper --version the "
      "version.";
}

[[noreturn]] void refuse_command(const std::string& word) {
  std::vector<std::string> names;
  for (const Command& command : commands())
    names.push_back(command.name);
  const auto close = nearest(word, names);
  throw make_error(
      ErrorCode::usage,
      "temper has no command \"{}\". {}",
      word,
      close ? "Did you mean " + *close + "?" : "See temper --help.");
}

int dispatch(const Words& words, Screens& screens) {
  if (words.empty()) {
    screens.log.line(overview());
    return exit_status(ErrorCode::usage);
  }
  const std::string& first = words.front();
  if (first == "--help" || first == "-h" || first == "help") {
    screens.out.line(overview());
    return 0;
  }
  if (first == "--version") {
    screens.out.line(format("temper {} (MLX {})", kVersion, kMlxVersion));
    return 0;
  }
  for (const Command& command : commands()) {
    if (command.name == first) {
      return command.run(Words(words.begin() + 1, words.end()), screens);
    }
  }
  refuse_command(first);
}

} // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> all{
      {"convert",
       "Make a model folder from Hugging Face or GGUF files",
       convert},
      {"lora", "Train a LoRA adapter, or test one", lora},
      {"train", "The same as lora", lora},
      {"generate", "Answer a prompt", generate},
      {"eval", "Measure loss, perplexity and exact match", eval},
  };
  return all;
}

int run(const Words& words, Screens& screens) {
  const auto report_error = [&](const std::string& message) {
    screens.log.line(
        screens.log.styled(report::Style::red, "error: ") +
        report::printable(message));
  };
  try {
    return dispatch(words, screens);
  } catch (const Error& error) {
    report_error(error.message());
    return exit_status(error.code());
  } catch (const std::bad_alloc&) {
    report_error(
        "memory ran out. Use a smaller batch, shorter rows or "
        "--grad-checkpoint.");
    return exit_status(ErrorCode::out_of_memory);
  } catch (const std::exception& error) {
    report_error(error.what());
    return exit_status(ErrorCode::internal);
  }
}

} // namespace temper::cli
