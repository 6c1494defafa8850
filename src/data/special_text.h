// Special tokens spelled out in what people wrote.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "text/tokenizer.h"

namespace temper::data {

// The first special token that the tokenizer would read in `text`, among those
// in angle or square brackets, as nearly all are: "<|im_end|>", "[INST]".
std::optional<std::string>
special_text(std::string_view text, const text::Tokenizer& tokenizer);

} // namespace temper::data
