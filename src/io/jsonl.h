// Files of one JSON value a line.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace temper::io {

struct JsonlRow {
  Json value;
  std::string source; // "train.jsonl:214"
};

// All rows. A byte-order mark, CRLF and blank lines at the end are tolerated.
// Throws not_found, io, or invalid_data for a line that is blank, not UTF-8 or
// not JSON; every message starts with file and line.
std::vector<JsonlRow> read_jsonl(const std::string& path);

} // namespace temper::io
