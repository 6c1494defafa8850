// What a plain word of YAML means.
#pragma once

#include <string>

#include "base/json.h"

namespace temper::io {

// A boolean, a number or, failing these, text. The words of YAML 1.1 as PyYAML
// reads them, except that a number needs no point to have an exponent (1e-5).
Json yaml_scalar(const std::string& text);

} // namespace temper::io
