// The order in which examples are learned.
//
// Every epoch visits every example once, in an order that depends on the seed
// and the epoch's number alone. Examples are shuffled, sorted by length inside
// windows of 16 batches so that rows of a batch pad little, and the batches
// are shuffled again. The last batch of the last window may be smaller; nothing
// is dropped.
#pragma once

#include <cstdint>
#include <vector>

#include "data/batch.h"
#include "data/example.h"

namespace temper::data {

class Batches {
 public:
  // Throws invalid_data when there are no examples.
  Batches(std::vector<Example> examples, int batch_size, std::uint64_t seed);

  Batch next();

  // Passes over the examples so far, with a fraction.
  double epoch() const;
  std::int64_t batches_per_epoch() const {
    return std::int64_t(groups_.size());
  }
  const std::vector<Example>& examples() const { return examples_; }

 private:
  using Group = std::vector<std::int64_t>; // indices of a batch's examples

  void plan_epoch();

  std::vector<Example> examples_;
  int batch_size_;
  std::uint64_t seed_;
  std::uint64_t epoch_ = 0;
  std::vector<Group> groups_; // of the epoch under way
  std::size_t taken_ = 0; // groups of it
  std::int64_t seen_ = 0; // examples of it
};

// The first `limit` batches' worth of examples, always the same; -1 takes all.
std::vector<Batch>
fixed_batches(const std::vector<Example>& examples, int batch_size, int limit);

} // namespace temper::data
