#include "train/trainer.h"

#include <mlx/random.h>

#include "base/rng.h"
#include "train/evaluate.h"

namespace temper::train {

namespace mx = mlx::core;

namespace {

bool due(int iteration, int every) {
  return iteration % every == 0;
}

// A key of its own for every micro-step, whatever came before.
nn::Forward forward_at(const TrainerPlan& plan, int iteration) {
  nn::Forward forward{.recompute_blocks = plan.grad_checkpoint};
  if (plan.dropout > 0) {
    forward.dropout_key =
        mx::random::key(mix(mix(plan.seed) + std::uint64_t(iteration)));
  }
  return forward;
}

} // namespace

Trainer::Trainer(TrainerSetup setup)
    : setup_(std::move(setup)),
      state_(make_step_state(
          setup_.model,
          optim::make_optimizer(setup_.plan.optimizer))) {}

RunFinished Trainer::run(const Cancel* cancel) {
  const auto& plan = setup_.plan;
  const auto cancelled = [&] { return cancel && cancel->requested(); };
  progress_ = {};
  validate(cancel);
  while (iteration_ < plan.iters && !cancelled()) {
    step();
    const bool last = iteration_ == plan.iters;
    if (last || due(iteration_, plan.steps_per_report)) report();
    if (last || due(iteration_, plan.steps_per_eval)) validate(cancel);
    if (last || due(iteration_, plan.save_every)) save();
  }
  if (saved_at_ != iteration_) save();
  return finish();
}

void Trainer::step() {
  const auto& plan = setup_.plan;
  const auto batch = setup_.train.next();
  const int next = iteration_ + 1;
  const bool window_ends =
      next == plan.iters || due(next, plan.grad_accumulation_steps);
  const double loss = train_step(
      state_,
      setup_.model,
      batch,
      forward_at(plan, iteration_),
      plan.learning_rate,
      window_ends ? Update::now : Update::later);
  iteration_ = next;
  progress_.add(batch, loss);
  setup_.observer.on(
      StepDone{iteration_, plan.iters, loss / double(batch.supervised_tokens)});
}

void Trainer::report() {
  auto report = progress_.report();
  report.iteration = iteration_;
  report.iters = setup_.plan.iters;
  report.epoch = setup_.train.epoch();
  report.learning_rate = setup_.plan.learning_rate;
  setup_.observer.on(report);
}

void Trainer::validate(const Cancel* cancel) {
  if (setup_.valid.empty()) return;
  progress_.pause();
  const auto done = evaluate_loss(
      setup_.model, setup_.valid, Split::valid, iteration_, cancel);
  progress_.resume();
  if (cancel && cancel->requested()) return; // part of the set says little
  valid_loss_ = done.loss;
  setup_.observer.on(done);
}

void Trainer::save() {
  progress_.pause();
  setup_.save(iteration_);
  progress_.resume();
  saved_at_ = iteration_;
  setup_.observer.on(AdapterSaved{iteration_, setup_.adapter_path});
}

RunFinished Trainer::finish() {
  auto finished = progress_.finish();
  finished.iterations = iteration_;
  finished.final_valid_loss = valid_loss_;
  finished.adapter_path = setup_.adapter_path;
  setup_.observer.on(finished);
  return finished;
}

} // namespace temper::train
