// What reports are made of: sums since the last report and since the start.
#pragma once

#include <cstdint>

#include "data/batch.h"
#include "temper/events.h"
#include "train/stopwatch.h"

namespace temper::train {

// Time runs from construction; pause it for what is not training.
class Progress {
 public:
  void pause() { watch_.pause(); }
  void resume() { watch_.resume(); }

  // A micro-step is done; loss summed over its supervised tokens.
  void add(const data::Batch& batch, double loss_sum);

  // Fills in what was measured since the last report, and begins anew.
  TrainReport report();
  // Likewise of the whole run.
  RunFinished finish() const;

 private:
  struct Sums {
    int steps = 0;
    double loss = 0;
    std::int64_t tokens = 0, supervised = 0;
  };

  Stopwatch watch_; // of training
  Stopwatch whole_;
  Sums recent_, total_;
  double reported_at_ = 0; // seconds of training
  double last_loss_ = 0;
};

} // namespace temper::train
