// A tokenizer of bytes and templates in C++, for tests of data.
#pragma once

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "temper/error.h"
#include "text/chat_template.h"

namespace temper::data {

// One token a byte, but for "<|end|>" (256, the end of text) and "<|bos|>"
// (257, added in front on request).
class ByteTokenizer : public text::Tokenizer {
 public:
  text::Encoding
  encode(std::string_view text, text::SpecialTokens special) const override {
    text::Encoding result;
    if (special == text::SpecialTokens::add) push(result, 257, 0, 0);
    for (std::size_t i = 0; i < text.size();) {
      const bool end = text.substr(i).starts_with("<|end|>");
      const std::size_t size = end ? 7 : 1;
      push(result, end ? 256 : std::uint8_t(text[i]), i, i + size);
      i += size;
    }
    return result;
  }
  std::vector<text::Encoding> encode_batch(
      std::span<const std::string> texts,
      text::SpecialTokens special) const override {
    std::vector<text::Encoding> all;
    for (const auto& text : texts)
      all.push_back(encode(text, special));
    return all;
  }
  std::string
  decode(std::span<const std::int32_t> ids, bool skip) const override {
    std::string text;
    for (auto id : ids) {
      if (id < 256) text += char(id);
      if (id == 256 && !skip) text += "<|end|>";
    }
    return text;
  }
  std::optional<std::int32_t> id_of(std::string_view token) const override {
    if (token == "<|end|>") return 256;
    if (token == "<b>") return 98; // an ordinary token in brackets
    return std::nullopt;
  }
  std::optional<std::string> token_of(std::int32_t) const override {
    return std::nullopt;
  }
  std::int32_t vocab_size() const override { return 258; }
  const std::vector<std::int32_t>& stop_tokens() const override {
    return stops_;
  }
  std::optional<std::int32_t> bos_token() const override { return 257; }
  std::optional<std::int32_t> eos_token() const override { return 256; }

 private:
  static void push(
      text::Encoding& encoding,
      std::int32_t id,
      std::size_t begin,
      std::size_t end) {
    encoding.ids.push_back(id);
    encoding.spans.push_back({begin, end});
  }
  std::vector<std::int32_t> stops_{256};
};

// "u:Hi<|end|>a:Hello<|end|>": the role's first letter, the content, the end.
class PlainTemplate : public text::ChatTemplate {
 public:
  text::RenderedChat render(
      const Json& messages,
      const Json&,
      bool add_generation_prompt,
      const Json&) const override {
    text::RenderedChat result;
    for (std::size_t i = 0; i < messages.size(); ++i) {
      const auto role = messages[i]["role"].get<std::string>();
      if (role == "narrator") {
        throw Error(ErrorCode::invalid_data, "Unknown role narrator.");
      }
      result.text += role.substr(0, 1) + ":";
      const auto begin = result.text.size();
      result.text += content(messages, i);
      if (marks && role == "assistant") {
        result.generated.push_back({begin, result.text.size()});
      }
      result.text += "<|end|>";
    }
    if (add_generation_prompt) result.text += "a:";
    return result;
  }
  bool marks_generation() const override { return marks; }

  bool marks = false;

 protected:
  virtual std::string content(const Json& messages, std::size_t i) const {
    return messages[i]["content"].get<std::string>();
  }
};

// Drops what earlier assistant turns thought, as reasoning models' do.
class ForgettingTemplate : public PlainTemplate {
 protected:
  std::string content(const Json& messages, std::size_t i) const override {
    const bool thinks =
        messages[i]["role"] == "assistant" && i + 1 == messages.size();
    return (thinks ? "hm." : "") + PlainTemplate::content(messages, i);
  }
};

// A folder for one test.
class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "temper-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name) << text;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The message `act` throws, its code checked.
inline std::string
message_of(ErrorCode code, const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    return error.message();
  }
  return "nothing was thrown";
}

} // namespace temper::data
