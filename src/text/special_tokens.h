// The special tokens a model folder names, as text.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/json.h"

namespace temper::text {

// Keys as in the files: "bos_token", "eos_token", "pad_token", ...
using SpecialTokenNames = std::map<std::string, std::string>;

// The object in folder/file, or nothing when there is no such file.
// Throws corrupt_file.
std::optional<Json>
read_optional_object(const std::string& folder, const std::string& file);

// From tokenizer_config.json, and where that is silent from
// special_tokens_map.json. Throws corrupt_file.
SpecialTokenNames read_special_tokens(const std::string& folder);

} // namespace temper::text
