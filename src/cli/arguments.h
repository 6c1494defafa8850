// The command line of one command: flags from a described struct, and answers
// for what is unknown.
#pragma once

#include <string>
#include <vector>

#include "base/describe.h"

namespace temper::cli {

// Flags that mlx-lm has and Temper does not yet: named, never swallowed.
struct RefusedFlag {
  std::string flag;
  std::string reason;
};

// A switch or value that is no option of the struct: "--json", "--config".
struct ExtraFlag {
  std::string name; // "config"
  std::string short_name; // "c", or empty
  std::string value_name; // empty for a switch
  std::string help;
};

struct CommandSyntax {
  std::string name; // "lora"
  std::string summary; // one line
  std::string footer; // examples, shown under the options
  std::vector<OptionSpec> options;
  std::vector<ExtraFlag> extras;
  std::vector<RefusedFlag> refused;
  // Short spellings: "m" -> "max_tokens".
  std::map<std::string, std::string> short_names = {};
  // Other spellings of an option: "model" -> "hf_path".
  std::map<std::string, std::string> aliases = {};
};

struct ParsedCommand {
  bool help = false;
  GivenFlags options; // by key
  GivenFlags extras; // by name
};

// Throws usage: unknown flag (with the nearest match), missing value, stray
// word, refused flag.
ParsedCommand parse_command(
    const CommandSyntax& syntax,
    const std::vector<std::string>& words);

std::string help_text(const CommandSyntax& syntax);

// Sets what the flags name and checks every option. Throws invalid_config with
// every issue.
template <class T>
void fill(T& config, const ParsedCommand& parsed) {
  std::vector<Issue> issues;
  set_from_flags(config, parsed.options, issues);
  if (issues.empty()) check_options(config, issues);
  throw_if_any(ErrorCode::invalid_config, issues);
}

} // namespace temper::cli
