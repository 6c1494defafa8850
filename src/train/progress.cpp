#include "train/progress.h"

#include <mlx/memory.h>

#include <algorithm>

namespace temper::train {

namespace {

// Keeps rates finite where the clock did not move.
constexpr double shortest = 1e-9;

} // namespace

void Progress::add(const data::Batch& batch, double loss_sum) {
  for (Sums* sums : {&recent_, &total_}) {
    ++sums->steps;
    sums->loss += loss_sum;
    sums->tokens += batch.real_tokens;
    sums->supervised += batch.supervised_tokens;
  }
}

TrainReport Progress::report() {
  const double now = watch_.seconds();
  const double seconds = std::max(now - reported_at_, shortest);
  last_loss_ = recent_.loss / double(recent_.supervised);
  const TrainReport report{
      .loss = last_loss_,
      .iterations_per_second = recent_.steps / seconds,
      .tokens_per_second = double(recent_.tokens) / seconds,
      .supervised_tokens_per_second = double(recent_.supervised) / seconds,
      .trained_tokens = total_.supervised,
      .peak_memory_bytes = std::int64_t(mlx::core::get_peak_memory())};
  reported_at_ = now;
  recent_ = {};
  return report;
}

RunFinished Progress::finish() const {
  const double seconds = std::max(watch_.seconds(), shortest);
  return {
      .seconds = whole_.seconds(),
      .train_seconds = watch_.seconds(),
      .final_train_loss = last_loss_,
      .tokens_per_second = double(total_.tokens) / seconds,
      .peak_memory_bytes = std::int64_t(mlx::core::get_peak_memory())};
}

} // namespace temper::train
