// The process: signals in, exit status out.
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "cli/command.h"

namespace {

temper::Cancel cancel;

// The first signal asks for a clean end, the second ends at once.
extern "C" void on_signal(int signal) {
  if (cancel.requested()) _exit(128 + signal);
  cancel.request(
      signal == SIGTERM ? temper::Cancel::Reason::terminated
                        : temper::Cancel::Reason::interrupted);
}

} // namespace

int main(int argc, char** argv) {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGPIPE, SIG_DFL);
  temper::report::Screen out(stdout);
  temper::report::Screen log(stderr);
  temper::cli::Screens screens{out, log, cancel};
  const temper::cli::Words words(argv + 1, argv + argc);
  const int status = temper::cli::run(words, screens);
  out.clear_live();
  log.clear_live();
  if (status == 0 && cancel.requested()) {
    return 128 + static_cast<int>(cancel.reason());
  }
  return status;
}
