#include "text/tokenizer.h"

#include <gmock/gmock.h>

#include "unit/text/text_fixture.h"

namespace temper::text {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using LoadTokenizer = ModelFolder;

std::vector<std::pair<std::size_t, std::size_t>> pairs(const Encoding& e) {
  std::vector<std::pair<std::size_t, std::size_t>> result;
  for (auto span : e.spans)
    result.emplace_back(span.begin, span.end);
  return result;
}

TEST_F(LoadTokenizer, merges_and_reports_the_bytes_of_each_token) {
  write("tokenizer.json", tiny_tokenizer_json());
  auto tokenizer = load_tokenizer(folder());
  auto encoding = tokenizer->encode("hello", SpecialTokens::none);
  EXPECT_THAT(encoding.ids, ElementsAre(256, 257, 'o'));
  using P = std::pair<std::size_t, std::size_t>;
  EXPECT_THAT(pairs(encoding), ElementsAre(P(0, 2), P(2, 4), P(4, 5)));
}

TEST_F(LoadTokenizer, adds_what_the_post_processor_adds_only_when_asked) {
  write("tokenizer.json", tiny_tokenizer_json());
  auto tokenizer = load_tokenizer(folder());
  EXPECT_THAT(
      tokenizer->encode("o", SpecialTokens::add).ids, ElementsAre(258, 'o'));
  EXPECT_THAT(
      tokenizer->encode("o", SpecialTokens::none).ids, ElementsAre('o'));
}

TEST_F(LoadTokenizer, ignores_the_files_own_truncation) {
  write("tokenizer.json", tiny_tokenizer_json());
  auto tokenizer = load_tokenizer(folder());
  EXPECT_EQ(tokenizer->encode("abcdef", SpecialTokens::none).ids.size(), 6u);
}

TEST_F(LoadTokenizer, finds_special_tokens_inside_text) {
  write("tokenizer.json", tiny_tokenizer_json());
  auto tokenizer = load_tokenizer(folder());
  EXPECT_THAT(
      tokenizer->encode("a<end>b", SpecialTokens::none).ids,
      ElementsAre('a', 260, 'b'));
}

TEST_F(LoadTokenizer, encodes_a_batch_as_one_by_one_in_order) {
  write("tokenizer.json", tiny_tokenizer_json());
  auto tokenizer = load_tokenizer(folder());
  std::vector<std::string> texts = {"hello", "", "h\xc3\xa9llo <eos>", "x"};
  auto batch = tokenizer->encode_batch(texts, SpecialTokens::add);
  ASSERT_EQ(batch.size(), texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto alone = tokenizer->encode(texts[i], SpecialTokens::add);
    EXPECT_EQ(batch[i].ids, alone.ids) << texts[i];
    EXPECT_EQ(pairs(batch[i]), pairs(alone)) << texts[i];
  }
}

TEST_F(LoadTokenizer, decodes_what_it_encoded) {
  write("tokenizer.json", tiny_tokenizer_json());
  auto tokenizer = load_tokenizer(folder());
  std::string text = "hello \xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x98\x80\n";
  auto ids = tokenizer->encode(text, SpecialTokens::add).ids;
  EXPECT_EQ(tokenizer->decode(ids, true), text);
  EXPECT_EQ(tokenizer->decode(ids, false), "<bos>" + text);
}

TEST_F(LoadTokenizer, knows_ids_and_tokens) {
  write("tokenizer.json", tiny_tokenizer_json());
  auto tokenizer = load_tokenizer(folder());
  EXPECT_EQ(tokenizer->id_of("<eos>"), 259);
  EXPECT_EQ(tokenizer->id_of("nothing"), std::nullopt);
  EXPECT_EQ(tokenizer->token_of(256), "he");
  EXPECT_EQ(tokenizer->token_of(261), std::nullopt);
  EXPECT_EQ(tokenizer->token_of(-1), std::nullopt);
  EXPECT_EQ(tokenizer->vocab_size(), 261);
}

TEST_F(LoadTokenizer, takes_stop_tokens_from_both_files_without_repeats) {
  write("tokenizer.json", tiny_tokenizer_json());
  write(
      "tokenizer_config.json",
      Json{{"bos_token", "<bos>"}, {"eos_token", {{"content", "<eos>"}}}});
  write("generation_config.json", Json{{"eos_token_id", {260, 259}}});
  auto tokenizer = load_tokenizer(folder());
  EXPECT_THAT(tokenizer->stop_tokens(), ElementsAre(259, 260));
  EXPECT_EQ(tokenizer->eos_token(), 259);
  EXPECT_EQ(tokenizer->bos_token(), 258);
}

TEST_F(LoadTokenizer, has_no_stop_tokens_when_no_file_names_one) {
  write("tokenizer.json", tiny_tokenizer_json());
  write("tokenizer_config.json", Json{{"bos_token", nullptr}});
  auto tokenizer = load_tokenizer(folder());
  EXPECT_TRUE(tokenizer->stop_tokens().empty());
  EXPECT_EQ(tokenizer->eos_token(), std::nullopt);
  EXPECT_EQ(tokenizer->bos_token(), std::nullopt);
}

TEST_F(LoadTokenizer, says_where_text_is_not_utf8) {
  write("tokenizer.json", tiny_tokenizer_json());
  auto tokenizer = load_tokenizer(folder());
  auto error =
      error_of([&] { tokenizer->encode("ab\xff", SpecialTokens::none); });
  EXPECT_EQ(error.code(), ErrorCode::invalid_data);
  EXPECT_EQ(error.message(), "the text to encode: byte 2 is not UTF-8.");
}

TEST_F(LoadTokenizer, says_what_is_missing) {
  auto error = error_of([&] { load_tokenizer(folder()); });
  EXPECT_EQ(error.code(), ErrorCode::not_found);
  EXPECT_EQ(
      error.message(),
      path("tokenizer.json") +
          ": not found; every model folder needs one. A model that has only "
          "tokenizer.model is saved with it by transformers' save_pretrained.");
}

TEST_F(LoadTokenizer, refuses_every_truncation_of_its_file) {
  auto whole = tiny_tokenizer_json().dump();
  for (std::size_t size = 0; size < whole.size(); size += 97) {
    write("tokenizer.json", whole.substr(0, size));
    auto error = error_of([&] { load_tokenizer(folder()); });
    EXPECT_EQ(error.code(), ErrorCode::corrupt_file) << size;
    EXPECT_THAT(error.message(), StartsWith(path("tokenizer.json") + ": "));
  }
}

TEST_F(LoadTokenizer, refuses_a_merge_of_unknown_tokens) {
  auto json = tiny_tokenizer_json();
  json["model"]["merges"].push_back("he zz");
  write("tokenizer.json", json);
  auto error = error_of([&] { load_tokenizer(folder()); });
  EXPECT_EQ(error.code(), ErrorCode::corrupt_file);
  EXPECT_THAT(error.message(), HasSubstr("zz"));
}

TEST_F(LoadTokenizer, refuses_a_regular_expression_over_the_limit) {
  auto json = tiny_tokenizer_json();
  json["pre_tokenizer"] = {
      {"type", "Split"},
      {"pattern", {{"Regex", std::string(5000, 'a')}}},
      {"behavior", "Isolated"},
      {"invert", false}};
  write("tokenizer.json", json);
  auto error = error_of([&] { load_tokenizer(folder()); });
  EXPECT_EQ(error.code(), ErrorCode::corrupt_file);
  EXPECT_EQ(
      error.message(),
      path("tokenizer.json") +
          ": a regular expression of more than 4096 bytes.");
}

TEST_F(LoadTokenizer, refuses_an_eos_that_it_does_not_have) {
  write("tokenizer.json", tiny_tokenizer_json());
  write("tokenizer_config.json", Json{{"eos_token", "</s>"}});
  auto error = error_of([&] { load_tokenizer(folder()); });
  EXPECT_EQ(error.code(), ErrorCode::corrupt_file);
  EXPECT_EQ(
      error.message(),
      folder() +
          ": \"eos_token\" is \"</s>\", which tokenizer.json does not have.");
}

TEST_F(LoadTokenizer, refuses_stop_ids_out_of_range) {
  write("tokenizer.json", tiny_tokenizer_json());
  for (const Json& id : {Json(261), Json(-1), Json("x"), Json(1.5)}) {
    write("generation_config.json", Json{{"eos_token_id", id}});
    auto error = error_of([&] { load_tokenizer(folder()); });
    EXPECT_EQ(error.code(), ErrorCode::corrupt_file);
    EXPECT_EQ(
        error.message(),
        path("generation_config.json") + ": \"eos_token_id\" holds " +
            id.dump() + "; a token id below 261 was expected.");
  }
}

} // namespace
} // namespace temper::text
