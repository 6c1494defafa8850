#include "base/rng.h"

#include <numeric>
#include <utility>

namespace temper {
namespace {

// A number in [0, bound), every one equally likely: what falls into the
// incomplete last block is drawn again. Counts its draws in `counter`.
std::uint64_t
draw(std::uint64_t key, std::uint64_t bound, std::uint64_t& counter) {
  const std::uint64_t rejected = (0 - bound) % bound;
  for (;;) {
    auto value = mix(key + counter++);
    if (value >= rejected) return value % bound;
  }
}

} // namespace

std::uint64_t mix(std::uint64_t value) noexcept {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

std::vector<std::int64_t>
permutation(std::int64_t n, std::uint64_t seed, std::uint64_t epoch) {
  std::vector<std::int64_t> order(n > 0 ? static_cast<std::size_t>(n) : 0);
  std::iota(order.begin(), order.end(), std::int64_t{0});
  const auto key = mix(mix(seed) ^ epoch);
  std::uint64_t counter = 0;
  for (auto left = order.size(); left > 1; --left) {
    std::swap(order[left - 1], order[draw(key, left, counter)]);
  }
  return order;
}

} // namespace temper
