// Owns the choice of the next token from its logits.
#pragma once

#include <mlx/array.h>

#include <cstdint>

#include "temper/generate.h"

namespace temper::infer {

// Filters log-probabilities by top_p, then min_p, then top_k, and draws at the
// temperature; temperature 0 takes the likeliest. Without state: the same seed,
// step and logits give the same token.
class Sampler {
 public:
  // Takes a fresh seed when the configuration has none.
  explicit Sampler(SamplingConfig config);

  // logits [1, V], any float type -> the token, [1] int32, not evaluated.
  // `step` tells the draws of one text apart.
  mlx::core::array
  sample(const mlx::core::array& logits, std::int64_t step) const;

  std::uint64_t seed() const { return seed_; }

 private:
  SamplingConfig config_;
  std::uint64_t seed_;
};

} // namespace temper::infer
