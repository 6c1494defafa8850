#include "infer/sampler.h"

#include <mlx/ops.h>
#include <mlx/random.h>

#include <cmath>
#include <limits>
#include <random>

namespace temper::infer {

namespace mx = mlx::core;

namespace {

const float kNever = -std::numeric_limits<float>::infinity();

std::uint64_t fresh_seed() {
  std::random_device device;
  return (std::uint64_t(device()) << 32) | device();
}

mx::array keep(const mx::array& mask, const mx::array& logprobs) {
  return mx::where(mask, logprobs, mx::array(kNever));
}

// Keeps the likeliest tokens up to the one with which they hold p.
mx::array top_p(const mx::array& logprobs, double p) {
  auto order = mx::argsort(logprobs, /* axis= */ -1);
  auto sorted = mx::exp(mx::take_along_axis(logprobs, order, /* axis= */ -1));
  auto below = mx::cumsum(sorted, /* axis= */ -1);
  auto kept_sorted = mx::greater(below, mx::array(float(1.0 - p)));
  auto place = mx::argsort(order, /* axis= */ -1);
  return keep(
      mx::take_along_axis(kept_sorted, place, /* axis= */ -1), logprobs);
}

mx::array min_p(const mx::array& logprobs, double p) {
  auto best = mx::max(logprobs, /* axis= */ -1, /* keepdims= */ true);
  auto floor = mx::add(best, mx::array(float(std::log(p))));
  return keep(mx::greater_equal(logprobs, floor), logprobs);
}

mx::array top_k(const mx::array& logprobs, int k) {
  const int vocab = logprobs.shape(-1);
  if (k >= vocab) return logprobs;
  auto order = mx::argpartition(mx::negative(logprobs), k - 1, /* axis= */ -1);
  auto rest = mx::slice(order, {0, k}, {logprobs.shape(0), vocab});
  return mx::put_along_axis(logprobs, rest, mx::array(kNever), /* axis= */ -1);
}

} // namespace

Sampler::Sampler(SamplingConfig config)
    : config_(config),
      seed_(config.seed ? std::uint64_t(*config.seed) : fresh_seed()) {}

mx::array Sampler::sample(const mx::array& logits, std::int64_t step) const {
  if (config_.temp == 0.0) {
    return mx::astype(mx::argmax(logits, /* axis= */ -1), mx::int32);
  }
  auto scores = mx::astype(logits, mx::float32);
  auto logprobs = mx::subtract(
      scores, mx::logsumexp(scores, /* axis= */ -1, /* keepdims= */ true));
  if (config_.top_p > 0.0 && config_.top_p < 1.0) {
    logprobs = top_p(logprobs, config_.top_p);
  }
  if (config_.min_p > 0.0) logprobs = min_p(logprobs, config_.min_p);
  if (config_.top_k > 0) logprobs = top_k(logprobs, config_.top_k);
  auto scaled = mx::multiply(logprobs, mx::array(float(1.0 / config_.temp)));
  auto keys = mx::random::split(
      mx::random::key(seed_ + std::uint64_t(step)), /* num= */ 2);
  auto key = mx::reshape(mx::slice(keys, {0, 0}, {1, 2}), {2});
  return mx::astype(
      mx::random::categorical(scaled, /* axis= */ -1, key), mx::int32);
}

} // namespace temper::infer
