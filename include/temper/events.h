// What a run says. The library never prints: it emits these, and an Observer
// turns them into a screen, a file or nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace temper {

// Something long began, for people who wait: "Loading the model", ...
struct PhaseBegun {
  std::string name;
};

// Something a person should know and may act on. The run goes on.
struct Warning {
  std::string message;
};

// A fact worth one line: what was read, what was written.
struct Note {
  std::string message;
};

// Everything that was decided before the first step.
struct RunPlanned {
  std::string model;
  std::string device;
  std::int64_t total_parameters = 0;
  std::int64_t trainable_parameters = 0;
  int adapted_layers = 0;
  int iters = 0;
  int batch_size = 0;
  int grad_accumulation_steps = 1;
  double learning_rate = 0;
  std::int64_t train_rows = 0, valid_rows = 0, test_rows = 0;
  std::int64_t truncated_rows = 0;
  std::int64_t supervised_tokens = 0, total_tokens = 0; // of the train split
};

// The mean over the micro-steps since the last report.
struct TrainReport {
  int iteration = 0; // micro-steps done
  int iters = 0;
  double epoch = 0; // passes over the train split, with a fraction
  double loss = 0; // nats a supervised token
  double learning_rate = 0;
  double iterations_per_second = 0;
  double tokens_per_second = 0; // real tokens, supervised or not
  double supervised_tokens_per_second = 0;
  std::int64_t trained_tokens = 0; // supervised tokens so far
  std::int64_t peak_memory_bytes = 0;
};

// One micro-step is done; for progress bars.
struct StepDone {
  int iteration = 0;
  int iters = 0;
  double loss = 0;
};

enum class Split { train, valid, test };

struct EvaluationDone {
  Split split = Split::valid;
  int iteration = 0; // micro-steps done before it
  double loss = 0; // nats a supervised token
  double perplexity = 0; // exp(loss)
  std::int64_t tokens = 0; // supervised
  double seconds = 0;
};

struct AdapterSaved {
  int iteration = 0;
  std::string path;
};

struct RunFinished {
  int iterations = 0;
  double seconds = 0; // of training, validation included
  double train_seconds = 0; // of training alone
  double final_train_loss = 0;
  double final_valid_loss = 0; // NaN when nothing was validated
  double tokens_per_second = 0;
  std::int64_t peak_memory_bytes = 0;
  std::string adapter_path;
};

// Generated text, piece by piece.
struct TextGenerated {
  std::string piece;
};

// A row of an evaluation by exact match.
struct AnswerJudged {
  int index = 0, count = 0;
  std::string prompt, reference, answer;
  bool exact = false;
};

using Event = std::variant<
    PhaseBegun,
    Warning,
    Note,
    RunPlanned,
    StepDone,
    TrainReport,
    EvaluationDone,
    AdapterSaved,
    RunFinished,
    TextGenerated,
    AnswerJudged>;

// Hears what a run says, on the thread that runs it.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on(const Event& event) = 0;
};

} // namespace temper
