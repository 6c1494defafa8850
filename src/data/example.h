// One row of training data as tokens.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace temper::data {

struct Example {
  std::vector<std::int32_t> tokens;
  // loss_mask[i] is 1 when tokens[i] is to be learned (predicted from
  // tokens[0..i)). loss_mask[0] is always 0. Same length as tokens.
  std::vector<std::uint8_t> loss_mask;
  std::string source; // "train.jsonl:214"

  std::int64_t supervised() const {
    std::int64_t count = 0;
    for (auto m : loss_mask)
      count += m;
    return count;
  }
};

} // namespace temper::data
