// The one door to nlohmann-json. Keys keep the order in which they came.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace temper {

using Json = nlohmann::ordered_json;

// Parses `text`; `name` (a file, or "file:line") opens every message.
// Throws corrupt_file: bad syntax, nesting over 64, a key given twice.
Json parse_json(std::string_view text, const std::string& name);

// As mlx-lm writes its files: keys sorted, indented by four.
std::string dump_sorted(const Json& value);

} // namespace temper
