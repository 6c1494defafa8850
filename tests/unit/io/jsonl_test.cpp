#include "io/jsonl.h"

#include <gtest/gtest.h>

#include "unit/base/temp_folder.h"

namespace temper::io {
namespace {

using temper::testing::TempFolder;

TEST(Jsonl, rows_know_their_lines) {
  TempFolder folder;
  const auto rows =
      read_jsonl(folder.write("train.jsonl", "{\"text\":\"é\"}\n[1]\n"));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].value["text"], "é");
  EXPECT_EQ(rows[0].source, "train.jsonl:1");
  EXPECT_EQ(rows[1].value[0], 1);
  EXPECT_EQ(rows[1].source, "train.jsonl:2");
}

TEST(Jsonl, a_byte_order_mark_crlf_and_blank_lines_at_the_end_are_tolerated) {
  TempFolder folder;
  for (auto text :
       {"1\n2",
        "1\n2\n",
        "\xef\xbb\xbf"
        "1\n2\n",
        "1\r\n2\r\n",
        "1\n2\n\n \t\r\n\n"}) {
    const auto rows = read_jsonl(folder.write("a.jsonl", text));
    ASSERT_EQ(rows.size(), 2u) << text;
    EXPECT_EQ(rows[0].value, 1);
    EXPECT_EQ(rows[1].value, 2);
  }
}

TEST(Jsonl, an_empty_file_has_no_rows) {
  TempFolder folder;
  for (auto text : {"", "\n", "\xef\xbb\xbf", " \r\n\n"}) {
    EXPECT_TRUE(read_jsonl(folder.write("a.jsonl", text)).empty());
  }
}

TEST(Jsonl, a_blank_line_between_rows_is_refused) {
  TempFolder folder;
  EXPECT_FAILS(
      read_jsonl(folder.write("a.jsonl", "1\n \r\n2\n")),
      invalid_data,
      "a.jsonl:2: the line is blank. Remove it.",
      folder);
}

TEST(Jsonl, a_bad_line_is_named) {
  TempFolder folder;
  EXPECT_FAILS(
      read_jsonl(folder.write("a.jsonl", "1\n{\"a\": }\n")),
      invalid_data,
      "a.jsonl:2: not valid JSON at column 7: unexpected '}'; expected '[', "
      "'{', or a literal.",
      folder);
  EXPECT_FAILS(
      read_jsonl(folder.write("a.jsonl", "1\n2\n{\"a\":1,\"a\":2}")),
      invalid_data,
      "a.jsonl:3: the key \"a\" is given twice in one object. Keep one of "
      "them.",
      folder);
  EXPECT_FAILS(
      read_jsonl(folder.write("a.jsonl", "1\n{\"a\"\n:1}")),
      invalid_data,
      "a.jsonl:2: not valid JSON at column 4: unexpected end of input; "
      "expected ':'.",
      folder);
}

TEST(Jsonl, bytes_that_are_not_utf8_are_refused) {
  TempFolder folder;
  EXPECT_FAILS(
      read_jsonl(folder.write("a.jsonl", "1\n\"\xc3\"\n")),
      invalid_data,
      "a.jsonl:2: not valid UTF-8 at column 2. Save it as UTF-8.",
      folder);
}

TEST(Jsonl, a_row_nested_too_deep_is_refused) {
  TempFolder folder;
  EXPECT_FAILS(
      read_jsonl(folder.write("a.jsonl", std::string(65, '['))),
      invalid_data,
      "a.jsonl:1: JSON nested deeper than 64 levels. Flatten it.",
      folder);
}

TEST(Jsonl, every_truncation_inside_a_row_is_refused) {
  TempFolder folder;
  const std::string text = "{\"a\":1}\n{\"b\":[2]}";
  for (std::size_t size = 1; size < text.size(); ++size) {
    if (size == 7 || size == 8) continue; // after the first row
    const auto path = folder.write("a.jsonl", text.substr(0, size));
    auto error = temper::testing::error_of([&] { read_jsonl(path); });
    ASSERT_TRUE(error) << size;
    EXPECT_TRUE(error->message().starts_with(
        size < 8 ? "a.jsonl:1: not valid JSON" : "a.jsonl:2: not valid JSON"))
        << error->message();
  }
}

TEST(Jsonl, a_missing_file_is_not_found) {
  TempFolder folder;
  EXPECT_FAILS(
      read_jsonl(folder / "a.jsonl"),
      not_found,
      "a.jsonl: there is no such file. Check the path.",
      folder);
}

} // namespace
} // namespace temper::io
