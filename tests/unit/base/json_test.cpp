#include "base/json.h"

#include <gtest/gtest.h>

#include <chrono>

#include "unit/base/temp_folder.h"

namespace temper {
namespace {

using testing::error_of;

std::string message(std::string_view text) {
  auto error = error_of([&] { parse_json(text, "a.json"); });
  if (!error) return "nothing was thrown";
  EXPECT_EQ(error->code(), ErrorCode::corrupt_file);
  return error->message();
}

std::string nested(int depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(Json, keeps_the_order_of_keys_and_every_kind_of_value) {
  const std::string text =
      R"({"z":1,"a":[true,false,null,-2,1.5],"m":{"k":"é\n"},"e":{},"n":[]})";
  EXPECT_EQ(parse_json(text, "a.json").dump(), text);
}

TEST(Json, values_are_found_by_key) {
  const Json value = parse_json(R"({"a": {"b": [1, {"c": 7}]}})", "a.json");
  EXPECT_EQ(value["a"]["b"][1]["c"], 7);
}

TEST(Json, integers_keep_64_bits) {
  const Json value =
      parse_json("[18446744073709551615, -9223372036854775808]", "a.json");
  EXPECT_EQ(value[0].get<std::uint64_t>(), 18446744073709551615u);
  EXPECT_EQ(value[1].get<std::int64_t>(), INT64_MIN);
}

TEST(Json, a_repeated_key_is_refused_at_any_level) {
  EXPECT_EQ(
      message(R"([{"x": {"key": 1, "b": 2, "key": 3}}])"),
      "a.json: the key \"key\" is given twice in one object. Keep one of "
      "them.");
  EXPECT_EQ(
      parse_json(R"({"a": {"a": 1}, "b": {"a": 2}})", "a.json").size(), 2u);
}

TEST(Json, sixty_four_levels_are_read_and_one_more_is_refused) {
  EXPECT_EQ(parse_json(nested(64), "a.json").dump(), nested(64));
  EXPECT_EQ(
      message(nested(65)),
      "a.json: JSON nested deeper than 64 levels. Flatten it.");
  EXPECT_EQ(
      message(std::string(1'000'000, '[')),
      "a.json: JSON nested deeper than 64 levels. Flatten it.");
}

TEST(Json, a_syntax_error_says_its_place) {
  EXPECT_EQ(
      message("{\"a\": 1,\n \"b\": tru}"),
      "a.json: not valid JSON at line 2, column 10: invalid literal.");
  EXPECT_EQ(
      message("[1 2]"),
      "a.json: not valid JSON at column 4: unexpected number literal; "
      "expected ']'.");
  EXPECT_EQ(
      message("{} {}"),
      "a.json: not valid JSON at column 4: unexpected '{'; expected end of "
      "input.");
  EXPECT_EQ(
      message("1e999"),
      "a.json: not valid JSON at column 5: number overflow parsing '1e999'.");
}

TEST(Json, a_syntax_error_does_not_repeat_the_file) {
  EXPECT_EQ(
      message("[\"" + std::string(100'000, 'x')),
      "a.json: not valid JSON at column 100002: invalid string: missing "
      "closing "
      "quote.");
  EXPECT_LT(message("1e9" + std::string(100'000, '9')).size(), 250u);
}

TEST(Json, every_truncation_of_an_object_is_refused) {
  const std::string text = R"({"a": [1, 2.5, "x\u00e9"], "b": {"c": null}})";
  EXPECT_NO_THROW(parse_json(text, "a.json"));
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_TRUE(message(text.substr(0, size))
                    .starts_with("a.json: not valid JSON at column "))
        << size;
  }
}

TEST(Json, bytes_that_are_not_utf8_are_refused) {
  EXPECT_EQ(
      message("{\"a\":\n \"\xff\"}"),
      "a.json: not valid UTF-8 at line 2, column 3. Save it as UTF-8.");
}

TEST(Json, many_keys_are_read_in_linear_time) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) {
    text += (i ? ",\"" : "\"") + std::to_string(i) + "\":0";
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(parse_json(text + "}", "a.json").size(), 200'000u);
  // Searching each key among those before takes minutes; this, a tenth of a
  // second.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Json, dump_sorted_writes_as_python_does) {
  // json.dumps({"b": [1, 1e-05, []], "a": {"z": None, "c": "é"}}, indent=4,
  //            sort_keys=True)
  EXPECT_EQ(
      dump_sorted(parse_json(
          R"({"b": [1, 1e-05, []], "a": {"z": null, "c": "é"}})", "a.json")),
      "{\n    \"a\": {\n        \"c\": \"\\u00e9\",\n        \"z\": null\n"
      "    },\n    \"b\": [\n        1,\n        1e-05,\n        []\n    ]\n}");
}

} // namespace
} // namespace temper
