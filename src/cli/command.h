// The commands of the program. Each is one file: parse into the contract's
// struct, call one verb, print what came back.
#pragma once

#include <string>
#include <vector>

#include "report/screen.h"
#include "temper/cancel.h"

namespace temper::cli {

using Words = std::vector<std::string>;

// Where a command prints. Results go to `out`, everything else to `log`.
struct Screens {
  report::Screen& out;
  report::Screen& log;
  const Cancel& cancel;
};

// Each returns the exit status. Errors are thrown.
int lora(const Words& words, Screens& screens);
int generate(const Words& words, Screens& screens);
int eval(const Words& words, Screens& screens);
int convert(const Words& words, Screens& screens);

struct Command {
  std::string name;
  std::string summary;
  int (*run)(const Words&, Screens&);
};

// In the order of the help text.
const std::vector<Command>& commands();

// The whole program without its process: picks the command, prints errors.
int run(const Words& words, Screens& screens);

} // namespace temper::cli
