#include "data/batches.h"

#include <algorithm>
#include <numeric>

#include "base/format.h"
#include "base/rng.h"
#include "data/collate.h"

namespace temper::data {
namespace {

using Indices = std::vector<std::int64_t>;

constexpr std::int64_t window_batches = 16;

void sort_by_length(
    Indices::iterator begin,
    Indices::iterator end,
    const std::vector<Example>& examples) {
  std::stable_sort(begin, end, [&](std::int64_t a, std::int64_t b) {
    return examples[std::size_t(a)].tokens.size() <
        examples[std::size_t(b)].tokens.size();
  });
}

std::vector<Indices> split_into_groups(const Indices& order, int batch_size) {
  std::vector<Indices> groups;
  const auto size = std::size_t(batch_size);
  for (std::size_t i = 0; i < order.size(); i += size) {
    const auto end = std::min(i + size, order.size());
    groups.emplace_back(
        order.begin() + std::ptrdiff_t(i), order.begin() + std::ptrdiff_t(end));
  }
  return groups;
}

Batch collate_group(
    const std::vector<Example>& examples,
    const Indices& group) {
  std::vector<const Example*> chosen;
  for (auto index : group)
    chosen.push_back(&examples[std::size_t(index)]);
  return collate(chosen);
}

} // namespace

Batches::Batches(
    std::vector<Example> examples,
    int batch_size,
    std::uint64_t seed)
    : examples_(std::move(examples)), batch_size_(batch_size), seed_(seed) {
  if (examples_.empty()) {
    throw make_error(
        ErrorCode::invalid_data,
        "There are no rows to train on; expected at least one. Add rows to "
        "train.jsonl.");
  }
  plan_epoch();
}

void Batches::plan_epoch() {
  const auto count = std::int64_t(examples_.size());
  auto order = permutation(count, seed_, epoch_);
  const auto window = window_batches * batch_size_;
  for (std::int64_t begin = 0; begin < count; begin += window) {
    const auto end = std::min(begin + window, count);
    sort_by_length(order.begin() + begin, order.begin() + end, examples_);
  }
  auto sorted = split_into_groups(order, batch_size_);
  groups_.clear();
  // Another stream than the examples' own permutation.
  const auto group_seed = mix(seed_ + 1);
  for (auto i : permutation(std::int64_t(sorted.size()), group_seed, epoch_)) {
    groups_.push_back(std::move(sorted[std::size_t(i)]));
  }
}

Batch Batches::next() {
  if (taken_ == groups_.size()) {
    ++epoch_;
    taken_ = 0;
    seen_ = 0;
    plan_epoch();
  }
  const Group& group = groups_[taken_++];
  seen_ += std::int64_t(group.size());
  return collate_group(examples_, group);
}

double Batches::epoch() const {
  return double(epoch_) + double(seen_) / double(examples_.size());
}

std::vector<Batch>
fixed_batches(const std::vector<Example>& examples, int batch_size, int limit) {
  auto count = std::int64_t(examples.size());
  if (limit >= 0) count = std::min(count, std::int64_t(limit) * batch_size);
  Indices order(std::size_t(count), 0);
  std::iota(order.begin(), order.end(), 0);
  sort_by_length(order.begin(), order.end(), examples);
  std::vector<Batch> batches;
  for (const auto& group : split_into_groups(order, batch_size)) {
    batches.push_back(collate_group(examples, group));
  }
  return batches;
}

} // namespace temper::data
