// A model with what it needs to read and write text.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "nn/causal_lm.h"
#include "temper/events.h"
#include "text/chat_template.h"
#include "text/tokenizer.h"

namespace temper::pipeline {

struct Loaded {
  std::unique_ptr<nn::CausalLM> model;
  std::unique_ptr<text::Tokenizer> tokenizer;
  std::unique_ptr<text::ChatTemplate> chat_template; // null: it has none
};

// Loads `folder`, and the adapter of `adapter_path` if given. Throws
// not_found, corrupt_file, incompatible; incompatible too when the tokenizer
// has more tokens than the model.
Loaded load(
    const std::string& folder,
    const std::optional<std::string>& adapter_path,
    Observer& observer);

// Hears everything, says nothing: stands in for an absent observer.
Observer& silence();

} // namespace temper::pipeline
