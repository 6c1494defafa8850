#include "text/detokenize.h"

#include <span>

namespace temper::text {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// A character has at most four bytes, and a token at least one: what is still
// broken after four tokens stays broken.
constexpr std::size_t kMaxHeld = 4;

} // namespace

std::string Detokenizer::add(std::int32_t id) {
  window_.push_back(id);
  auto text = pending_text();
  bool unfinished = text.ends_with(kReplacement);
  if (text.empty() || (unfinished && window_.size() - given_ < kMaxHeld))
    return {};
  return give(std::move(text));
}

std::string Detokenizer::finish() {
  auto text = give(pending_text());
  window_.clear();
  given_ = 0;
  return text;
}

std::string Detokenizer::pending_text() const {
  auto all = tokenizer_.decode(window_, /* skip_special_tokens= */ false);
  auto before = tokenizer_.decode(
      std::span(window_).first(given_), /* skip_special_tokens= */ false);
  return all.starts_with(before) ? all.substr(before.size()) : all;
}

std::string Detokenizer::give(std::string text) {
  window_.erase(
      window_.begin(), window_.begin() + static_cast<std::ptrdiff_t>(given_));
  given_ = window_.size();
  return text;
}

} // namespace temper::text
