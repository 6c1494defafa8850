// A model folder made by the test: a byte-level BPE of 256 bytes, two merges
// ("he", "ll") and three special tokens.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/json.h"
#include "temper/error.h"

namespace temper::text {

// GPT-2's printable stand-in for a byte.
inline std::string byte_symbol(int byte) {
  auto printable = [](int b) {
    return (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  };
  int code = byte;
  if (!printable(byte)) {
    code = 256;
    for (int b = 0; b < byte; ++b)
      code += printable(b) ? 0 : 1;
  }
  if (code < 0x80) return std::string(1, static_cast<char>(code));
  return {
      static_cast<char>(0xc0 | (code >> 6)),
      static_cast<char>(0x80 | (code & 0x3f))};
}

// Ids: 0..255 the bytes, 256 "he", 257 "ll", 258 <bos>, 259 <eos>, 260 <end>.
inline Json tiny_tokenizer_json() {
  Json vocab = Json::object();
  for (int byte = 0; byte < 256; ++byte)
    vocab[byte_symbol(byte)] = byte;
  vocab["he"] = 256;
  vocab["ll"] = 257;
  Json added = Json::array();
  int id = 258;
  for (const char* text : {"<bos>", "<eos>", "<end>"})
    added.push_back(
        {{"id", id++},
         {"content", text},
         {"single_word", false},
         {"lstrip", false},
         {"rstrip", false},
         {"normalized", false},
         {"special", true}});
  return {
      {"version", "1.0"},
      {"truncation",
       {{"direction", "Right"},
        {"max_length", 3},
        {"strategy", "LongestFirst"},
        {"stride", 0}}},
      {"padding", nullptr},
      {"added_tokens", added},
      {"normalizer", nullptr},
      {"pre_tokenizer",
       {{"type", "ByteLevel"},
        {"add_prefix_space", false},
        {"trim_offsets", false},
        {"use_regex", true}}},
      {"post_processor",
       {{"type", "TemplateProcessing"},
        {"single",
         {{{"SpecialToken", {{"id", "<bos>"}, {"type_id", 0}}}},
          {{"Sequence", {{"id", "A"}, {"type_id", 0}}}}}},
        {"pair", Json::array({{{"Sequence", {{"id", "A"}, {"type_id", 0}}}}})},
        {"special_tokens",
         {{"<bos>",
           {{"id", "<bos>"}, {"ids", {258}}, {"tokens", {"<bos>"}}}}}}}},
      {"decoder",
       {{"type", "ByteLevel"},
        {"add_prefix_space", false},
        {"trim_offsets", false},
        {"use_regex", true}}},
      {"model",
       {{"type", "BPE"},
        {"dropout", nullptr},
        {"unk_token", nullptr},
        {"continuing_subword_prefix", nullptr},
        {"end_of_word_suffix", nullptr},
        {"fuse_unk", false},
        {"byte_fallback", false},
        {"vocab", vocab},
        {"merges", Json::array({"h e", "l l"})}}}};
}

// A folder of its own for each test, removed at the end.
class ModelFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    auto name = std::string("temper-text-") +
        ::testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = std::filesystem::temp_directory_path() / name;
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }

  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  void write(const std::string& name, const Json& value) {
    write(name, value.dump());
  }

  std::string folder() const { return folder_.string(); }
  std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }

 private:
  std::filesystem::path folder_;
};

// The error that `call` throws; fails the test when there is none.
template <class Call>
Error error_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return Error(ErrorCode::internal, "");
}

} // namespace temper::text
