// A run as a person at a terminal sees it.
#pragma once

#include <chrono>
#include <string>

#include "report/screen.h"
#include "temper/events.h"

namespace temper::report {

// Prints events: a live progress line on a terminal, plain lines elsewhere.
class TerminalReport : public Observer {
 public:
  explicit TerminalReport(Screen& screen) : screen_(screen) {}
  void on(const Event& event) override;

 private:
  void show(const PhaseBegun& event);
  void show(const Warning& event);
  void show(const Note& event);
  void show(const RunPlanned& event);
  void show(const StepDone& event);
  void show(const TrainReport& event);
  void show(const EvaluationDone& event);
  void show(const AdapterSaved& event);
  void show(const RunFinished& event);
  void show(const TextGenerated& event);
  void show(const AnswerJudged& event);

  using Clock = std::chrono::steady_clock;
  Screen& screen_;
  Clock::time_point first_step_;
  bool stepped_ = false;
  double last_tokens_per_second_ = 0;
  int right_answers_ = 0;
};

} // namespace temper::report
