// Configuration files that people write: YAML, or JSON by its extension. The
// one door to yaml-cpp.
#pragma once

#include <string>

#include "base/json.h"

namespace temper::io {

// The file as an object; an empty file is an empty object. Plain words are read
// as PyYAML reads them (yes, no, on and off are booleans), but 1e-5 is a number
// and 010 is text. Throws not_found, io, or invalid_config with file and line:
// bad syntax, a key given twice, an alias, a tag, nesting over 64, a second
// document, a file over 1 MiB.
Json read_yaml_file(const std::string& path);

} // namespace temper::io
