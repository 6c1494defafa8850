#include "text/tokenizer.h"

#include <algorithm>

#include "base/file_system.h"
#include "base/format.h"
#include "text/bridge.h"
#include "text/special_tokens.h"

namespace temper::text {

namespace {

constexpr std::size_t kMaxFile = 64u << 20; // twice the largest public one

class FolderTokenizer : public Tokenizer {
 public:
  explicit FolderTokenizer(const std::string& folder);

  Encoding encode(std::string_view text, SpecialTokens special) const override {
    return std::move(bridge_.encode({&text, 1}, special).front());
  }

  std::vector<Encoding> encode_batch(
      std::span<const std::string> texts,
      SpecialTokens special) const override {
    std::vector<std::string_view> views(texts.begin(), texts.end());
    return bridge_.encode(views, special);
  }

  std::string decode(
      std::span<const std::int32_t> ids,
      bool skip_special_tokens) const override {
    return bridge_.decode(ids, skip_special_tokens);
  }

  std::optional<std::int32_t> id_of(std::string_view token) const override {
    return bridge_.id_of(token);
  }

  std::optional<std::string> token_of(std::int32_t id) const override {
    return bridge_.token_of(id);
  }

  std::int32_t vocab_size() const override { return vocab_size_; }

  const std::vector<std::int32_t>& stop_tokens() const override {
    return stop_tokens_;
  }

  std::optional<std::int32_t> bos_token() const override { return bos_token_; }

  std::optional<std::int32_t> eos_token() const override {
    if (stop_tokens_.empty()) return std::nullopt;
    return stop_tokens_.front();
  }

 private:
  std::optional<std::int32_t>
  named_token(const SpecialTokenNames& names, const std::string& name) const;
  void add_stop_tokens(const std::string& path, const Json& ids);
  void add_stop_token(std::int32_t id);

  std::string folder_;
  BridgeTokenizer bridge_;
  std::int32_t vocab_size_ = 0;
  std::optional<std::int32_t> bos_token_;
  std::vector<std::int32_t> stop_tokens_;
};

std::string read_tokenizer_json(const std::string& folder) {
  auto path = join_path(folder, "tokenizer.json");
  if (!exists(path))
    throw make_error(
        ErrorCode::not_found,
        "{}: not found; every model folder needs one. A model that has only "
        "tokenizer.model is saved with it by transformers' save_pretrained.",
        path);
  return read_file(path, kMaxFile);
}

FolderTokenizer::FolderTokenizer(const std::string& folder)
    : folder_(folder),
      bridge_(read_tokenizer_json(folder), join_path(folder, "tokenizer.json")),
      vocab_size_(bridge_.id_limit()) {
  auto names = read_special_tokens(folder);
  bos_token_ = named_token(names, "bos_token");
  if (auto eos = named_token(names, "eos_token")) add_stop_token(*eos);
  auto config = read_optional_object(folder, "generation_config.json");
  if (config && config->contains("eos_token_id"))
    add_stop_tokens(
        join_path(folder, "generation_config.json"),
        config->at("eos_token_id"));
}

std::optional<std::int32_t> FolderTokenizer::named_token(
    const SpecialTokenNames& names,
    const std::string& name) const {
  auto entry = names.find(name);
  if (entry == names.end()) return std::nullopt;
  auto id = bridge_.id_of(entry->second);
  if (!id)
    throw make_error(
        ErrorCode::corrupt_file,
        "{}: \"{}\" is \"{}\", which tokenizer.json does not have.",
        folder_,
        name,
        entry->second);
  return id;
}

// One id, a list of them, or null.
void FolderTokenizer::add_stop_tokens(
    const std::string& path,
    const Json& ids) {
  if (ids.is_null()) return;
  if (ids.is_array()) {
    for (const auto& id : ids)
      add_stop_tokens(path, Json(id));
    return;
  }
  bool fits = ids.is_number_integer() && ids >= 0 && ids < vocab_size_;
  if (!fits)
    throw make_error(
        ErrorCode::corrupt_file,
        "{}: \"eos_token_id\" holds {}; a token id below {} was expected.",
        path,
        ids.dump(),
        vocab_size_);
  add_stop_token(ids.get<std::int32_t>());
}

void FolderTokenizer::add_stop_token(std::int32_t id) {
  if (std::find(stop_tokens_.begin(), stop_tokens_.end(), id) ==
      stop_tokens_.end())
    stop_tokens_.push_back(id);
}

} // namespace

std::unique_ptr<Tokenizer> load_tokenizer(const std::string& folder) {
  return std::make_unique<FolderTokenizer>(folder);
}

} // namespace temper::text
