#include "report/terminal.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace temper::report {
namespace {

// What a report prints to a file for these events.
std::string printed(const std::vector<Event>& events) {
  std::FILE* file = std::tmpfile();
  Screen screen(file);
  TerminalReport report(screen);
  for (const Event& event : events)
    report.on(event);
  std::rewind(file);
  char text[1024] = {};
  const std::size_t size = std::fread(text, 1, sizeof text - 1, file);
  std::fclose(file);
  return std::string(text, size);
}

TEST(TerminalReport, AValidationTellsItsIteration) {
  EvaluationDone done;
  done.split = Split::valid;
  done.loss = 0.25;
  done.perplexity = 1.284;
  done.tokens = 12;
  done.seconds = 2;
  EXPECT_EQ(
      printed({done}).substr(0, 47),
      "iter     0  valid loss 0.250  perplexity 1.284 ");
}

TEST(TerminalReport, AnEvaluationOutsideARunHasNoIteration) {
  EvaluationDone done;
  done.split = Split::test;
  done.loss = 1;
  done.perplexity = 2.718;
  EXPECT_EQ(
      printed({done}).substr(0, 36), "test loss 1.000  perplexity 2.718  (");
}

TEST(TerminalReport, WithoutATerminalThereIsNoLiveLine) {
  EXPECT_EQ(
      printed({PhaseBegun{"Loading"}, StepDone{1, 10, 0.5}, Note{"a\x1b[2Jb"}}),
      "a\\x1b[2Jb\n");
}

} // namespace
} // namespace temper::report
