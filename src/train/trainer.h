// The training loop: micro-steps, validation, reports and saves, in order.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "data/batches.h"
#include "nn/causal_lm.h"
#include "temper/cancel.h"
#include "temper/events.h"
#include "train/progress.h"
#include "train/step.h"

namespace temper::train {

// The plan's numbers; meanings and defaults are TrainConfig's.
struct TrainerPlan {
  int iters = 1000; // micro-steps
  int grad_accumulation_steps = 1;
  double learning_rate = 1e-5;
  std::string optimizer = "adam";
  std::uint64_t seed = 0;
  double dropout = 0; // above 0, steps get a key for its masks
  bool grad_checkpoint = false;
  int steps_per_report = 10;
  int steps_per_eval = 200;
  int save_every = 100;
};

// `model` and `observer` outlive the trainer.
struct TrainerSetup {
  nn::CausalLM& model; // its trainable parameters are trained
  data::Batches train;
  std::vector<data::Batch> valid; // may be empty
  TrainerPlan plan;
  Observer& observer;
  // Writes the adapter as it is after `iteration` micro-steps.
  std::function<void(int iteration)> save;
  std::string adapter_path; // where save writes, for events
};

class Trainer {
 public:
  explicit Trainer(TrainerSetup setup);

  // Trains once. Validates before the first step, every steps_per_eval and
  // with the final weights; saves every save_every and at the end. When
  // cancelled it saves the weights of the last update and returns; `cancel`
  // may be null. Throws diverged and what saving throws.
  RunFinished run(const Cancel* cancel);

 private:
  void step();
  void report();
  void validate(const Cancel* cancel);
  void save();
  RunFinished finish();

  TrainerSetup setup_;
  StepState state_;
  Progress progress_;
  int iteration_ = 0; // micro-steps done
  int saved_at_ = -1; // iteration of the last save
  double valid_loss_ = std::numeric_limits<double>::quiet_NaN();
};

} // namespace temper::train
