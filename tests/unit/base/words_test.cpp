#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "base/nearest.h"
#include "base/units.h"
#include "base/utf8.h"

namespace temper {
namespace {

TEST(Units, bytes_are_in_powers_of_1024_without_idle_zeros) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(1023), "1023 B");
  EXPECT_EQ(format_bytes(1024), "1 KiB");
  EXPECT_EQ(format_bytes(1536), "1.5 KiB");
  EXPECT_EQ(format_bytes(100 * 1024), "100 KiB");
  EXPECT_EQ(format_bytes(1024 * 1024 - 1), "1 MiB");
  EXPECT_EQ(format_bytes(3489660928), "3.25 GiB");
  EXPECT_EQ(format_bytes(std::numeric_limits<std::uint64_t>::max()), "16 EiB");
}

TEST(Units, durations_have_two_parts_at_most) {
  EXPECT_EQ(format_duration(0.254), "0.25s");
  EXPECT_EQ(format_duration(9.999), "10.0s");
  EXPECT_EQ(format_duration(12.34), "12.3s");
  EXPECT_EQ(format_duration(59.97), "1m 00s");
  EXPECT_EQ(format_duration(245), "4m 05s");
  EXPECT_EQ(format_duration(7380), "2h 03m");
  EXPECT_EQ(format_duration(3 * 86400 + 4 * 3600 + 59), "3d 04h");
  EXPECT_EQ(format_duration(-1), "0.00s");
  EXPECT_EQ(
      format_duration(std::numeric_limits<double>::infinity()), "unknown");
}

TEST(Units, counts_have_commas) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(-123456), "-123,456");
  EXPECT_EQ(format_count(1234567), "1,234,567");
  EXPECT_EQ(
      format_count(std::numeric_limits<std::int64_t>::min()),
      "-9,223,372,036,854,775,808");
}

TEST(Nearest, the_distance_counts_edits_and_swaps) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("itres", "iters"), 1u);
  EXPECT_EQ(edit_distance("tires", "iters"), 2u);
  EXPECT_EQ(edit_distance("abc", "abc"), 0u);
}

TEST(Nearest, the_nearest_word_is_found_and_a_far_one_is_not) {
  const std::vector<std::string> words{
      "learning_rate", "iters", "batch_size", "rank"};
  EXPECT_EQ(nearest("learnig_rate", words), "learning_rate");
  EXPECT_EQ(nearest("iter", words), "iters");
  EXPECT_EQ(nearest("rnak", words), "rank");
  EXPECT_EQ(nearest("colour", words), std::nullopt);
  EXPECT_EQ(nearest("iters", {}), std::nullopt);
}

TEST(Nearest, of_equally_near_words_the_first_is_taken) {
  const std::vector<std::string> words{"top_k", "top_p"};
  EXPECT_EQ(nearest("top_x", words), "top_k");
}

TEST(Utf8, sound_text_passes) {
  for (auto text :
       {"",
        "plain",
        "é",
        "€",
        "\xf0\x9f\x98\x80",
        "\xed\x9f\xbf",
        "\xee\x80\x80",
        "\xf4\x8f\xbf\xbf"}) {
    EXPECT_EQ(find_invalid_utf8(text), std::nullopt) << text;
  }
}

TEST(Utf8, the_first_bad_sequence_is_found) {
  const std::string bad[] = {
      "\x80", // a continuation alone
      "\xc0\xaf", // overlong
      "\xe0\x9f\xbf", // overlong
      "\xf0\x8f\xbf\xbf", // overlong
      "\xed\xa0\x80", // surrogate
      "\xf4\x90\x80\x80", // above U+10FFFF
      "\xf5\x80\x80\x80",
      "\xe2\x82", // cut short
      "\xc3(",
  };
  for (const auto& sequence : bad) {
    EXPECT_EQ(find_invalid_utf8(sequence), 0u) << quote(sequence);
    EXPECT_EQ(find_invalid_utf8("aé" + sequence), 3u) << quote(sequence);
  }
}

TEST(Utf8, quoted_text_is_safe_to_print) {
  EXPECT_EQ(quote("a\"b\\"), "\"a\\\"b\\\\\"");
  EXPECT_EQ(quote("\x1b[31m\n"), "\"\\x1b[31m\\x0a\"");
  EXPECT_EQ(quote("é\xff"), "\"é\\xff\"");
  EXPECT_EQ(quote("\xc2\x9b"), "\"\\xc2\\x9b\"");
  EXPECT_EQ(quote(std::string(80, 'a')), '"' + std::string(80, 'a') + '"');
  EXPECT_EQ(
      quote(std::string(79, 'a') + "é"), '"' + std::string(79, 'a') + "...\"");
}

} // namespace
} // namespace temper
