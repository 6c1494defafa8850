#include "convert/gguf_tokenizer.h"

#include <optional>
#include <string_view>
#include <unordered_set>

#include "base/format.h"
#include "convert/pre_tokenizers.h"

namespace temper::conversion {

namespace {

// GGUF's token types that matter here.
constexpr std::int64_t kControl = 3, kUserDefined = 4;

struct Vocabulary {
  std::vector<std::string> tokens;
  std::vector<std::int64_t> types; // as long as tokens
  std::vector<std::string> merges; // "left right"
};

void check_size(
    const GgufMetadata& metadata,
    const char* what,
    std::size_t found,
    std::size_t expected) {
  if (found == expected) return;
  throw make_error(
      ErrorCode::corrupt_file,
      "{}: tokenizer.ggml.{} has {} entries; expected {}. Fetch the file "
      "again.",
      metadata.path(),
      what,
      found,
      expected);
}

void check_tokens(const GgufMetadata& metadata, const Vocabulary& vocabulary) {
  std::unordered_set<std::string_view> known(
      vocabulary.tokens.begin(), vocabulary.tokens.end());
  if (known.size() != vocabulary.tokens.size()) {
    throw make_error(
        ErrorCode::corrupt_file,
        "{}: {} of the {} tokens are doubles; expected none. Fetch the file "
        "again.",
        metadata.path(),
        vocabulary.tokens.size() - known.size(),
        vocabulary.tokens.size());
  }
  for (std::size_t i = 0; i < vocabulary.merges.size(); ++i) {
    const std::string_view merge = vocabulary.merges[i];
    const auto space = merge.find(' ');
    if (space != std::string_view::npos) {
      const auto left = merge.substr(0, space);
      const auto right = merge.substr(space + 1);
      const std::string whole = std::string(left) + std::string(right);
      if (known.count(left) && known.count(right) && known.count(whole)) {
        continue;
      }
    }
    throw make_error(
        ErrorCode::corrupt_file,
        "{}: tokenizer.ggml.merges[{}] is \"{}\"; expected two tokens of the "
        "vocabulary that join to a third. Fetch the file again.",
        metadata.path(),
        i,
        merge);
  }
}

Vocabulary
read_vocabulary(const GgufMetadata& metadata, std::int64_t vocab_size) {
  Vocabulary result;
  result.tokens = metadata.texts("tokenizer.ggml.tokens");
  result.merges = metadata.texts("tokenizer.ggml.merges");
  result.types = metadata.integers("tokenizer.ggml.token_type");
  const std::size_t count = result.tokens.size();
  check_size(metadata, "token_type", result.types.size(), count);
  // Embeddings may be padded, but each token needs its own.
  if (count > static_cast<std::size_t>(vocab_size)) {
    check_size(metadata, "tokens", count, std::size_t(vocab_size));
  }
  check_tokens(metadata, result);
  return result;
}

TextSplit read_split(const GgufMetadata& metadata) {
  const std::string model = metadata.text("tokenizer.ggml.model");
  if (model != "gpt2") {
    throw make_error(
        ErrorCode::incompatible,
        "{}: the tokenizer is of kind {}; gpt2 (byte-level BPE) can be "
        "converted from GGUF. Convert the model's safetensors release.",
        metadata.path(),
        model);
  }
  const std::string key = "tokenizer.ggml.pre";
  const std::string pre = metadata.has(key) ? metadata.text(key) : "default";
  if (auto split = text_split(pre)) return *std::move(split);
  throw make_error(
      ErrorCode::incompatible,
      "{}: the pre-tokenizer is {}; default, gpt-2, llama-bpe, qwen2 and "
      "smollm can be converted from GGUF. Convert the model's safetensors "
      "release.",
      metadata.path(),
      pre);
}

Json added_token(const Vocabulary& vocabulary, std::size_t id) {
  return {
      {"content", vocabulary.tokens[id]},
      {"single_word", false},
      {"lstrip", false},
      {"rstrip", false},
      {"normalized", false},
      {"special", vocabulary.types[id] == kControl}};
}

bool is_added(const Vocabulary& vocabulary, std::size_t id) {
  return vocabulary.types[id] == kControl ||
      vocabulary.types[id] == kUserDefined;
}

Json added_tokens(const Vocabulary& vocabulary) {
  Json list = Json::array();
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
    if (!is_added(vocabulary, id)) continue;
    Json token = {{"id", id}};
    token.update(added_token(vocabulary, id));
    list.push_back(std::move(token));
  }
  return list;
}

Json bpe_model(const Vocabulary& vocabulary, bool ignore_merges) {
  // Appended, not looked up: the ordered map would compare all keys with all.
  Json::object_t ids;
  ids.reserve(vocabulary.tokens.size());
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
    ids.emplace_back(vocabulary.tokens[id], id);
  }
  Json model = {
      {"type", "BPE"},
      {"dropout", nullptr},
      {"unk_token", nullptr},
      {"continuing_subword_prefix", nullptr},
      {"end_of_word_suffix", nullptr},
      {"fuse_unk", false},
      {"byte_fallback", false},
      {"ignore_merges", ignore_merges}};
  model["vocab"] = std::move(ids);
  model["merges"] = vocabulary.merges;
  return model;
}

Json byte_level() {
  return {
      {"type", "ByteLevel"},
      {"add_prefix_space", false},
      {"trim_offsets", true},
      {"use_regex", true}};
}

// Puts bos before a text.
Json bos_template(const std::string& bos, std::int64_t id) {
  const Json special = {{"SpecialToken", {{"id", bos}, {"type_id", 0}}}};
  const Json text = {{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
  const Json second = {{"Sequence", {{"id", "B"}, {"type_id", 1}}}};
  const Json again = {{"SpecialToken", {{"id", bos}, {"type_id", 1}}}};
  Json entry = {
      {"id", bos}, {"ids", Json::array({id})}, {"tokens", Json::array({bos})}};
  Json tokens = Json::object();
  tokens[bos] = std::move(entry);
  return {
      {"type", "TemplateProcessing"},
      {"single", Json::array({special, text})},
      {"pair", Json::array({special, text, again, second})},
      {"special_tokens", std::move(tokens)}};
}

// The text of tokenizer.ggml.NAME_token_id, if the file has it.
std::optional<std::string> named_token(
    const GgufMetadata& metadata,
    const Vocabulary& vocabulary,
    const std::string& name) {
  const std::string key = "tokenizer.ggml." + name + "_token_id";
  const auto id = metadata.id(key);
  if (!id) return std::nullopt;
  if (*id < std::int64_t(vocabulary.tokens.size())) {
    return vocabulary.tokens[std::size_t(*id)];
  }
  throw make_error(
      ErrorCode::corrupt_file,
      "{}: {} is {}; there are {} tokens. Fetch the file again.",
      metadata.path(),
      key,
      *id,
      vocabulary.tokens.size());
}

Json post_processor(
    const GgufMetadata& metadata,
    const Vocabulary& vocabulary,
    bool adds_bos) {
  const auto bos = named_token(metadata, vocabulary, "bos");
  if (!bos || !metadata.flag("tokenizer.ggml.add_bos_token", adds_bos)) {
    return byte_level();
  }
  const auto id = *metadata.id("tokenizer.ggml.bos_token_id");
  return {
      {"type", "Sequence"},
      {"processors", Json::array({byte_level(), bos_template(*bos, id)})}};
}

Json tokenizer_config(
    const GgufMetadata& metadata,
    const Vocabulary& vocabulary) {
  Json config;
  Json decoder = Json::object();
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
    if (!is_added(vocabulary, id)) continue;
    decoder[std::to_string(id)] = added_token(vocabulary, id);
  }
  config["added_tokens_decoder"] = std::move(decoder);
  config["tokenizer_class"] = "PreTrainedTokenizerFast";
  config["clean_up_tokenization_spaces"] = false;
  config["model_max_length"] =
      metadata.count(metadata.text("general.architecture") + ".context_length");
  const std::pair<const char*, const char*> names[] = {
      {"bos", "bos_token"},
      {"eos", "eos_token"},
      {"unknown", "unk_token"},
      {"padding", "pad_token"}};
  for (const auto& [name, key] : names) {
    if (const auto token = named_token(metadata, vocabulary, name)) {
      config[key] = *token;
    }
  }
  if (metadata.has("tokenizer.chat_template")) {
    config["chat_template"] = metadata.text("tokenizer.chat_template");
  }
  return config;
}

} // namespace

TokenizerFiles
tokenizer_from_gguf(const GgufMetadata& metadata, std::int64_t vocab_size) {
  const TextSplit split = read_split(metadata);
  const Vocabulary vocabulary = read_vocabulary(metadata, vocab_size);
  Json tokenizer;
  tokenizer["version"] = "1.0";
  tokenizer["truncation"] = nullptr;
  tokenizer["padding"] = nullptr;
  tokenizer["added_tokens"] = added_tokens(vocabulary);
  tokenizer["normalizer"] = split.normalizer;
  tokenizer["pre_tokenizer"] = split.pre_tokenizer;
  tokenizer["post_processor"] =
      post_processor(metadata, vocabulary, split.adds_bos);
  tokenizer["decoder"] = byte_level();
  tokenizer["model"] = bpe_model(vocabulary, split.ignore_merges);
  return {
      tokenizer.dump(2), dump_sorted(tokenizer_config(metadata, vocabulary))};
}

} // namespace temper::conversion
