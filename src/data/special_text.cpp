#include "data/special_text.h"

#include <array>

namespace temper::data {
namespace {

// Names of special tokens are shorter than this in every tokenizer known.
constexpr std::size_t longest_name = 48;

bool is_special(std::string_view name, const text::Tokenizer& tokenizer) {
  const auto id = tokenizer.id_of(name);
  if (!id) return false;
  const std::array<std::int32_t, 1> ids{*id};
  return tokenizer.decode(ids, /* skip_special_tokens= */ true).empty();
}

} // namespace

std::optional<std::string>
special_text(std::string_view text, const text::Tokenizer& tokenizer) {
  for (auto begin = text.find_first_of("<["); begin != text.npos;
       begin = text.find_first_of("<[", begin + 1)) {
    const char closing = text[begin] == '<' ? '>' : ']';
    const auto near = text.substr(begin, longest_name);
    const auto end = near.find(closing);
    if (end == near.npos) continue;
    const auto name = near.substr(0, end + 1);
    if (is_special(name, tokenizer)) return std::string(name);
  }
  return std::nullopt;
}

} // namespace temper::data
