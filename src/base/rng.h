// Random numbers without state: the same arguments give the same numbers on
// every machine, so a resumed run needs no generator to restore.
#pragma once

#include <cstdint>
#include <vector>

namespace temper {

// A bijection of 64-bit numbers that scatters neighbours: one step of
// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
// generators, OOPSLA 2014).
std::uint64_t mix(std::uint64_t value) noexcept;

// The numbers 0 to n - 1 in an order that depends on seed and epoch alone.
std::vector<std::int64_t>
permutation(std::int64_t n, std::uint64_t seed, std::uint64_t epoch);

} // namespace temper
