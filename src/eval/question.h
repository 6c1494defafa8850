// Owns what a row of a data set asks, and the answer it wants.
#pragma once

#include <string>

#include "io/jsonl.h"
#include "text/chat_template.h"

namespace temper::eval {

struct Question {
  std::string asked; // the last user message, for people
  std::string prompt; // for the model
  std::string reference; // without white space around it
};

// Without spaces, tabs and line ends on both sides.
std::string trimmed(const std::string& text);

// The messages before the last assistant turn as the prompt, that turn as the
// reference. Throws invalid_data, opening with the row's file and line.
Question
question_of(const io::JsonlRow& row, const text::ChatTemplate* chat_template);

} // namespace temper::eval
