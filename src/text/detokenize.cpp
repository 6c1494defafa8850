#include "text/detokenize.h"

namespace temper::text {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// A token may end inside a character many times in a row; bytes that are still
// broken after this many tokens are taken to be broken for good.
constexpr std::size_t kMaxHeld = 32;

} // namespace

std::string Detokenizer::add(std::int32_t id) {
  window_.push_back(id);
  auto text = pending_text();
  bool whole = text && !text->empty() && !text->ends_with(kReplacement);
  if (!whole && window_.size() - given_ < kMaxHeld) return {};
  return give(std::move(text));
}

std::string Detokenizer::finish() {
  auto text = give(pending_text());
  window_.clear();
  given_ = 0;
  return text;
}

// Nothing when the new tokens change what was given out, as an unfinished
// character does to the bytes before it in some decoders.
std::optional<std::string> Detokenizer::pending_text() const {
  auto all = decode(window_);
  auto before = decode(std::span(window_).first(given_));
  if (!all.starts_with(before)) return std::nullopt;
  return all.substr(before.size());
}

std::string Detokenizer::give(std::optional<std::string> text) {
  if (!text) text = decode(std::span(window_).subspan(given_));
  window_.erase(
      window_.begin(), window_.begin() + static_cast<std::ptrdiff_t>(given_));
  given_ = window_.size();
  return *std::move(text);
}

std::string Detokenizer::decode(std::span<const std::int32_t> ids) const {
  return tokenizer_.decode(ids, /* skip_special_tokens= */ false);
}

} // namespace temper::text
