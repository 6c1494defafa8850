#include "text/detokenize.h"

#include "unit/text/text_fixture.h"

namespace temper::text {
namespace {

using StreamingText = ModelFolder;

TEST_F(StreamingText, gives_whole_characters_that_join_to_the_whole_text) {
  write("tokenizer.json", tiny_tokenizer_json());
  auto tokenizer = load_tokenizer(folder());
  std::string text = "hello \xe4\xbd\xa0 \xf0\x9f\x98\x80!";
  Detokenizer stream(*tokenizer);
  std::string joined;
  for (auto id : tokenizer->encode(text, SpecialTokens::none).ids) {
    auto piece = stream.add(id);
    EXPECT_EQ(piece.find("\xef\xbf\xbd"), std::string::npos);
    joined += piece;
  }
  EXPECT_EQ(joined, text);
  EXPECT_EQ(stream.finish(), "");
}

TEST_F(StreamingText, holds_a_character_back_until_its_last_byte) {
  write("tokenizer.json", tiny_tokenizer_json());
  auto tokenizer = load_tokenizer(folder());
  Detokenizer stream(*tokenizer);
  EXPECT_EQ(stream.add(0xf0), "");
  EXPECT_EQ(stream.add(0x9f), "");
  EXPECT_EQ(stream.add(0x98), "");
  EXPECT_EQ(stream.add(0x80), "\xf0\x9f\x98\x80");
}

TEST_F(StreamingText, ends_an_unfinished_character_as_a_replacement) {
  write("tokenizer.json", tiny_tokenizer_json());
  auto tokenizer = load_tokenizer(folder());
  Detokenizer stream(*tokenizer);
  EXPECT_EQ(stream.add('a'), "a");
  EXPECT_EQ(stream.add(0xe4), "");
  EXPECT_EQ(stream.finish(), "\xef\xbf\xbd");
}

TEST_F(StreamingText, does_not_wait_for_ever_on_broken_bytes) {
  write("tokenizer.json", tiny_tokenizer_json());
  auto tokenizer = load_tokenizer(folder());
  Detokenizer stream(*tokenizer);
  std::string text, expected;
  for (int i = 0; i < 32; ++i) {
    EXPECT_EQ(text, "") << i;
    text += stream.add(0x80);
    expected += "\xef\xbf\xbd";
  }
  EXPECT_EQ(text, expected);
}

TEST_F(StreamingText, joins_tokens_that_each_end_inside_a_character) {
  auto json = tiny_tokenizer_json();
  // E4 BD | A0 E5 | A5 BD: two characters in three tokens
  auto& model = json["model"];
  for (auto [first, second] :
       {std::pair(0xe4, 0xbd), std::pair(0xa0, 0xe5), std::pair(0xa5, 0xbd)}) {
    auto a = byte_symbol(first), b = byte_symbol(second);
    model["vocab"][a + b] = 256 + model["merges"].size();
    model["merges"].push_back(a + " " + b);
  }
  write("tokenizer.json", json);
  auto tokenizer = load_tokenizer(folder());
  std::string text = "\xe4\xbd\xa0\xe5\xa5\xbd";
  auto ids = tokenizer->encode(text, SpecialTokens::none).ids;
  ASSERT_EQ(ids.size(), 3u);
  Detokenizer stream(*tokenizer);
  EXPECT_EQ(stream.add(ids[0]), "");
  EXPECT_EQ(stream.add(ids[1]), "");
  EXPECT_EQ(stream.add(ids[2]), text);
}

} // namespace
} // namespace temper::text
