// The model's own rule from messages to text.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "text/tokenizer.h"

namespace temper::text {

struct RenderedChat {
  std::string text;
  // What stood between {% generation %} and {% endgeneration %}, in bytes of
  // `text`; empty when the template has no such block.
  std::vector<ByteSpan> generated;
};

class ChatTemplate {
 public:
  virtual ~ChatTemplate() = default;

  // messages: an array of {"role", "content", ...}; tools: an array, or null.
  // extra: further variables (enable_thinking, ...), an object.
  // Throws invalid_data with the template's own message when it refuses the
  // messages. Thread-safe.
  virtual RenderedChat render(
      const Json& messages,
      const Json& tools,
      bool add_generation_prompt,
      const Json& extra = Json::object()) const = 0;

  virtual bool marks_generation() const = 0;
};

// From chat_template.jinja, chat_template.json or tokenizer_config.json, with
// the special tokens as variables. Nothing when the model has no template.
// Throws corrupt_file when it does not compile or is over the limits.
std::unique_ptr<ChatTemplate> load_chat_template(const std::string& folder);

} // namespace temper::text
