#include "text/bridge.h"

#include <limits>

#include "base/format.h"
#include "temper_text_bridge.h"

namespace temper::text {

namespace {

temper_text_view view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Copies the library's bytes and gives them back.
std::string take(temper_text_bytes bytes) {
  std::string text(reinterpret_cast<const char*>(bytes.data), bytes.size);
  temper_text_bytes_free(bytes);
  return text;
}

std::vector<ByteSpan> copy_spans(const temper_text_spans& spans) {
  std::vector<ByteSpan> result(spans.count);
  for (std::size_t i = 0; i < spans.count; ++i)
    result[i] = {spans.bounds[2 * i], spans.bounds[2 * i + 1]};
  return result;
}

// Throws unless the call went well; `name` opens the message.
void check(int status, temper_text_bytes error, const std::string& name) {
  if (status == TEMPER_TEXT_OK) return;
  auto message = take(error);
  switch (status) {
    case TEMPER_TEXT_REFUSED:
      throw make_error(
          ErrorCode::invalid_data,
          "{}: the template refuses these messages: {}",
          name,
          message);
    case TEMPER_TEXT_INVALID:
      throw make_error(ErrorCode::invalid_data, "{}: {}.", name, message);
    case TEMPER_TEXT_CORRUPT:
      throw make_error(ErrorCode::corrupt_file, "{}: {}.", name, message);
    default:
      throw make_error(
          ErrorCode::internal, "{}: the text library: {}.", name, message);
  }
}

std::int32_t signed_id(std::uint32_t id) {
  if (id > static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::max()))
    throw make_error(
        ErrorCode::corrupt_file,
        "tokenizer.json: token id {} is out of range.",
        id);
  return static_cast<std::int32_t>(id);
}

Encoding take_encoding(temper_text_encoding raw) {
  std::unique_ptr<temper_text_encoding, void (*)(temper_text_encoding*)> guard(
      &raw, [](temper_text_encoding* e) { temper_text_encoding_free(*e); });
  Encoding result;
  result.ids.reserve(raw.count);
  for (std::size_t i = 0; i < raw.count; ++i)
    result.ids.push_back(signed_id(raw.ids[i]));
  result.spans = copy_spans(raw.spans);
  return result;
}

} // namespace

void BridgeTokenizer::Free::operator()(temper_text_tokenizer* handle) const {
  temper_text_tokenizer_free(handle);
}

BridgeTokenizer::BridgeTokenizer(
    std::string_view json,
    const std::string& name) {
  temper_text_tokenizer* handle = nullptr;
  temper_text_bytes error{};
  check(temper_text_tokenizer_load(view(json), &handle, &error), error, name);
  handle_.reset(handle);
}

std::vector<Encoding> BridgeTokenizer::encode(
    std::span<const std::string_view> texts,
    SpecialTokens special) const {
  std::vector<temper_text_view> views;
  for (auto text : texts)
    views.push_back(view(text));
  std::vector<temper_text_encoding> raw(texts.size());
  temper_text_bytes error{};
  int status = temper_text_tokenizer_encode(
      handle_.get(),
      views.data(),
      views.size(),
      special == SpecialTokens::add,
      raw.data(),
      &error);
  check(status, error, "the text to encode");
  std::vector<Encoding> result;
  result.reserve(raw.size());
  for (auto& encoding : raw)
    result.push_back(take_encoding(encoding));
  return result;
}

std::string BridgeTokenizer::decode(
    std::span<const std::int32_t> ids,
    bool skip_special) const {
  std::vector<std::uint32_t> unsigned_ids(ids.begin(), ids.end());
  temper_text_bytes text{}, error{};
  int status = temper_text_tokenizer_decode(
      handle_.get(),
      unsigned_ids.data(),
      unsigned_ids.size(),
      skip_special,
      &text,
      &error);
  check(status, error, "the tokens to decode");
  return take(text);
}

std::optional<std::int32_t>
BridgeTokenizer::id_of(std::string_view token) const {
  int found = 0;
  std::uint32_t id = 0;
  temper_text_bytes error{};
  int status =
      temper_text_tokenizer_id(handle_.get(), view(token), &found, &id, &error);
  check(status, error, "the token to look up");
  if (!found) return std::nullopt;
  return signed_id(id);
}

std::optional<std::string> BridgeTokenizer::token_of(std::int32_t id) const {
  if (id < 0) return std::nullopt;
  int found = 0;
  temper_text_bytes token{}, error{};
  int status = temper_text_tokenizer_token(
      handle_.get(), static_cast<std::uint32_t>(id), &found, &token, &error);
  check(status, error, "the token to look up");
  auto text = take(token);
  if (!found) return std::nullopt;
  return text;
}

std::int32_t BridgeTokenizer::id_limit() const {
  std::uint32_t limit = 0;
  temper_text_bytes error{};
  int status = temper_text_tokenizer_id_limit(handle_.get(), &limit, &error);
  check(status, error, "the vocabulary");
  return signed_id(limit);
}

void BridgeTemplate::Free::operator()(temper_text_template* handle) const {
  temper_text_template_free(handle);
}

BridgeTemplate::BridgeTemplate(std::string_view source, const std::string& name)
    : name_(name) {
  temper_text_template* handle = nullptr;
  int marks = 0;
  temper_text_bytes error{};
  int status =
      temper_text_template_compile(view(source), &handle, &marks, &error);
  check(status, error, name);
  handle_.reset(handle);
  marks_generation_ = marks != 0;
}

RenderedChat BridgeTemplate::render(const Json& variables) const {
  std::string json;
  try {
    json = variables.dump();
  } catch (const Json::exception&) {
    throw make_error(
        ErrorCode::invalid_data, "{}: a message is not valid UTF-8.", name_);
  }
  temper_text_bytes text{}, error{};
  temper_text_spans spans{};
  int status = temper_text_template_render(
      handle_.get(), view(json), &text, &spans, &error);
  check(status, error, name_);
  RenderedChat result{take(text), copy_spans(spans)};
  temper_text_spans_free(spans);
  return result;
}

} // namespace temper::text
