// Examples to one batch.
#pragma once

#include <cstdint>
#include <vector>

#include "data/batch.h"
#include "data/example.h"

namespace temper::data {

// The next size of a bounded set, so that shapes repeat: multiples of 32 to
// 512, of 64 to 2048, of 256 above.
std::int64_t bounded_size(std::int64_t n);

// Likewise for the grid's columns, whose waste attention squares: multiples of
// 16 to 256, of 32 above.
std::int64_t bounded_columns(std::int64_t n);

// Each example is a row of the grid and begins at column 0. Its last token is
// a target only. Throws invalid_data when the batch would be too large.
Batch collate(const std::vector<const Example*>& examples);

} // namespace temper::data
