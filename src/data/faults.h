// All that is wrong with a file's rows: the first twenty in full, the rest as
// a count.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "temper/error.h"

namespace temper::data {

class Faults {
 public:
  void add(std::string source, std::string problem, std::string remedy);
  // Throws invalid_data when there are any.
  void throw_if_any() const;

 private:
  static constexpr std::int64_t shown = 20;
  std::vector<Issue> first_;
  std::int64_t count_ = 0;
};

// A warning about some rows: how many, and which the first are.
class Sightings {
 public:
  void add(const std::string& source);
  std::int64_t count() const { return count_; }
  // "3 rows (train.jsonl:2, train.jsonl:7, train.jsonl:9)"
  std::string describe() const;

 private:
  static constexpr std::int64_t shown = 5;
  std::string first_;
  std::int64_t count_ = 0;
};

} // namespace temper::data
