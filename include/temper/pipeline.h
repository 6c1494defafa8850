// Training as one verb. The command line, Python and C++ all call this.
#pragma once

#include <memory>
#include <optional>

#include "temper/cancel.h"
#include "temper/config.h"
#include "temper/events.h"

namespace temper {

struct TrainResult {
  std::optional<RunFinished> training; // absent when only testing
  std::optional<EvaluationDone> test;
  bool cancelled = false;
};

// Plans, trains, tests.
//
//   TrainConfig config{.model = "models/smollm2", .train = true,
//                      .data = "examples/commands", .iters = 300};
//   TrainResult result = TrainPipeline(config).execute();
class TrainPipeline {
 public:
  // The observer, if any, must outlive the pipeline; so must `cancel`.
  explicit TrainPipeline(TrainConfig config, Observer* observer = nullptr);

  // Runs on the calling thread. A cancelled run saves its adapter and returns
  // with `cancelled` set. Throws Error: invalid_config with all issues before
  // anything is loaded; invalid_data; incompatible; io; diverged.
  TrainResult execute(const Cancel* cancel = nullptr);

 private:
  TrainConfig config_;
  Observer* observer_;
};

} // namespace temper
