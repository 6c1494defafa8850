// The role of a tokenizer. The one implementation is the Rust bridge.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace temper::text {

// Half-open range of bytes in the encoded text.
struct ByteSpan {
  std::size_t begin = 0, end = 0;
};

struct Encoding {
  std::vector<std::int32_t> ids;
  std::vector<ByteSpan> spans; // one for each id
};

enum class SpecialTokens {
  // Add what the tokenizer's post-processor adds (a leading BOS, say).
  add,
  // Encode the text alone.
  none,
};

class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  // Thread-safe. `text` is UTF-8; throws invalid_data when it is not.
  virtual Encoding
  encode(std::string_view text, SpecialTokens special) const = 0;

  // Many texts on all cores, in order.
  virtual std::vector<Encoding> encode_batch(
      std::span<const std::string> texts,
      SpecialTokens special) const = 0;

  virtual std::string
  decode(std::span<const std::int32_t> ids, bool skip_special_tokens) const = 0;

  virtual std::optional<std::int32_t> id_of(std::string_view token) const = 0;
  virtual std::optional<std::string> token_of(std::int32_t id) const = 0;
  virtual std::int32_t vocab_size() const = 0; // added tokens included

  // From tokenizer_config.json and generation_config.json.
  virtual const std::vector<std::int32_t>& stop_tokens() const = 0;
  virtual std::optional<std::int32_t> bos_token() const = 0;
  virtual std::optional<std::int32_t> eos_token() const = 0; // first of them
};

// Reads tokenizer.json, tokenizer_config.json, special_tokens_map.json and the
// eos overrides of generation_config.json from a model folder.
// Throws not_found, corrupt_file.
std::unique_ptr<Tokenizer> load_tokenizer(const std::string& folder);

} // namespace temper::text
