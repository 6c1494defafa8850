// "Did you mean": the known word nearest to a misspelt one.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace temper {

// Insertions, deletions, substitutions and swaps of neighbours that turn one
// into the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The first of the words at the least distance, if that is at most a third of
// the length of `word`, plus one.
std::optional<std::string>
nearest(std::string_view word, std::span<const std::string> words);

} // namespace temper
