// The one door to the Rust library. Handles own what the library gave out;
// failures become Error.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/chat_template.h"
#include "text/tokenizer.h"

struct temper_text_tokenizer;
struct temper_text_template;

namespace temper::text {

// A loaded tokenizer.json. Thread-safe.
class BridgeTokenizer {
 public:
  // `name` opens the message. Throws corrupt_file.
  BridgeTokenizer(std::string_view json, const std::string& name);

  // Throws invalid_data when a text is not UTF-8.
  std::vector<Encoding>
  encode(std::span<const std::string_view> texts, SpecialTokens special) const;

  // Ids that the tokenizer does not have give no text.
  std::string
  decode(std::span<const std::int32_t> ids, bool skip_special) const;

  std::optional<std::int32_t> id_of(std::string_view token) const;
  std::optional<std::string> token_of(std::int32_t id) const;

  // One more than the largest id.
  std::int32_t id_limit() const;

 private:
  struct Free {
    void operator()(temper_text_tokenizer* handle) const;
  };
  std::unique_ptr<temper_text_tokenizer, Free> handle_;
};

// A compiled template. Thread-safe.
class BridgeTemplate {
 public:
  // `name` opens the messages. Throws corrupt_file.
  BridgeTemplate(std::string_view source, const std::string& name);

  // Throws invalid_data when the template refuses the variables or fails.
  RenderedChat render(const Json& variables) const;

  bool marks_generation() const { return marks_generation_; }

 private:
  struct Free {
    void operator()(temper_text_template* handle) const;
  };
  std::unique_ptr<temper_text_template, Free> handle_;
  std::string name_;
  bool marks_generation_ = false;
};

} // namespace temper::text
