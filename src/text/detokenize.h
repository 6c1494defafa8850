// Text from tokens as they come, in whole characters.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "text/tokenizer.h"

namespace temper::text {

// The pieces joined are what decoding all tokens at once gives, special tokens
// included; only where bytes are broken for good may U+FFFD differ in number. Keeps a reference to the tokenizer. One thread.
class Detokenizer {
 public:
  explicit Detokenizer(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

  // The text that this token completes; empty in the middle of a character.
  std::string add(std::int32_t id);

  // What was held back: an unfinished character comes out as U+FFFD.
  std::string finish();

 private:
  std::optional<std::string> pending_text() const;
  std::string give(std::optional<std::string> text);
  std::string decode(std::span<const std::int32_t> ids) const;

  const Tokenizer& tokenizer_;
  // Tokens given out last, which decide spaces before the next ones, and then
  // the tokens still held back.
  std::vector<std::int32_t> window_;
  std::size_t given_ = 0; // tokens of window_ that were given out
};

} // namespace temper::text
