#include "io/gguf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

#include "base/format.h"
#include "unit/base/temp_folder.h"
#include "unit/io/bytes.h"

namespace temper::io {
namespace {

using temper::testing::error_of;
using temper::testing::little;
using temper::testing::TempFolder;
using temper::testing::text64;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* again = " Download or export the file again.";

std::string u32(std::uint32_t value) {
  return little(value);
}

std::string u64(std::uint64_t value) {
  return little(value);
}

std::string pair(const std::string& key, int type, const std::string& value) {
  return text64(key) + u32(type) + value;
}

// Axes fastest first, as in the file.
std::string tensor(
    const std::string& name,
    const std::vector<std::uint64_t>& axes,
    std::uint32_t type,
    std::uint64_t offset) {
  auto bytes = text64(name) + u32(axes.size());
  for (auto extent : axes)
    bytes += u64(extent);
  return bytes + u32(type) + u64(offset);
}

std::string file(
    const std::vector<std::string>& pairs,
    const std::vector<std::string>& tensors,
    const std::string& data = "",
    std::size_t alignment = 32) {
  auto bytes = "GGUF" + u32(3) + u64(tensors.size()) + u64(pairs.size());
  for (const auto& part : pairs)
    bytes += part;
  for (const auto& part : tensors)
    bytes += part;
  bytes.resize((bytes.size() + alignment - 1) / alignment * alignment);
  return bytes + data;
}

// Metadata of every type; a matrix, a quantized row and a scalar.
std::string sample() {
  const auto strings = u32(8) + u64(2) + text64("<s>") + text64("é");
  const auto nested = u32(9) + u64(1) + u32(0) + u64(2) + "\x01\x02";
  return file(
      {pair("u8", 0, "\xff"),
       pair("i8", 1, "\xff"),
       pair("u16", 2, little<std::uint16_t>(65535)),
       pair("i16", 3, little<std::int16_t>(-2)),
       pair("u32", 4, u32(4000000000)),
       pair("i32", 5, little<std::int32_t>(-3)),
       pair("f32", 6, u32(std::bit_cast<std::uint32_t>(1.5f))),
       pair("bool", 7, "\x01"),
       pair("text", 8, text64("llama")),
       pair("strings", 9, strings),
       pair("nested", 9, nested),
       pair("u64", 10, u64(~0ull)),
       pair("i64", 11, little<std::int64_t>(-4)),
       pair("f64", 12, u64(std::bit_cast<std::uint64_t>(0.1)))},
      {tensor("q", {32}, 8, 32),
       tensor("w", {3, 2}, 0, 0),
       tensor("s", {}, 1, 96)},
      std::string(24, 'w') + std::string(8, '\0') + std::string(34, 'q') +
          std::string(30, '\0') + "ss");
}

std::string
message(const std::string& bytes, ErrorCode code = ErrorCode::corrupt_file) {
  TempFolder folder;
  const auto path = folder.write("f", bytes);
  auto error = error_of([&] { GgufFile::open(path); });
  if (!error) return "nothing was thrown";
  EXPECT_EQ(error->code(), code);
  return folder.relative(error->message());
}

std::string text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(Gguf, metadata_of_every_type_is_read) {
  TempFolder folder;
  const auto read = GgufFile::open(folder.write("f", sample()));
  EXPECT_EQ(
      read.metadata().dump(),
      R"({"u8":255,"i8":-1,"u16":65535,"i16":-2,"u32":4000000000,"i32":-3,)"
      R"("f32":1.5,"bool":true,"text":"llama","strings":["<s>","é"],)"
      R"("nested":[[1,2]],"u64":18446744073709551615,"i64":-4,"f64":0.1})");
}

TEST(Gguf, tensors_are_row_major_and_in_the_order_of_their_bytes) {
  TempFolder folder;
  const auto read = GgufFile::open(folder.write("f", sample()));
  ASSERT_EQ(read.tensors().size(), 3u);
  const auto& w = read.tensors()[0];
  EXPECT_EQ(w.name, "w");
  EXPECT_EQ(w.type, GgufType::f32);
  EXPECT_THAT(w.shape, ElementsAre(2, 3));
  EXPECT_EQ(text(read.bytes(w)), std::string(24, 'w'));
  EXPECT_EQ(text(read.bytes(*read.find("q"))), std::string(34, 'q'));
  EXPECT_EQ(type_name(read.find("q")->type), "Q8_0");
  EXPECT_EQ(text(read.bytes(*read.find("s"))), "ss");
  EXPECT_EQ(read.find("none"), nullptr);
}

TEST(Gguf, sizes_follow_from_type_and_shape) {
  const std::pair<std::uint32_t, std::uint64_t> sizes[] = {
      {0, 4 * 128},
      {1, 2 * 128},
      {30, 2 * 128},
      {2, 18 * 4},
      {3, 20 * 4},
      {8, 34 * 4}};
  TempFolder folder;
  for (auto [type, size] : sizes) {
    const auto bytes =
        file({}, {tensor("w", {64, 2}, type, 0)}, std::string(size, 'x'));
    const auto read = GgufFile::open(folder.write("f", bytes));
    EXPECT_EQ(read.tensors()[0].bytes, size) << type;
  }
}

TEST(Gguf, every_truncation_is_refused) {
  const auto bytes = sample();
  ASSERT_EQ(message(bytes), "nothing was thrown");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_TRUE(message(bytes.substr(0, size)).ends_with(again)) << size;
  }
}

TEST(Gguf, padding_at_the_end_may_be_there_or_not_but_no_more) {
  const std::vector<std::string> one{tensor("w", {1}, 0, 0)};
  EXPECT_EQ(message(file({}, one, "1234")), "nothing was thrown");
  EXPECT_EQ(message(file({}, one, std::string(32, 'x'))), "nothing was thrown");
  EXPECT_EQ(
      message(file({}, one, std::string(33, 'x'))),
      std::string("f: 33 bytes of data, and the tensors use 4.") + again);
}

TEST(Gguf, an_empty_tensor_after_the_end_reads_as_no_bytes) {
  TempFolder folder;
  auto bytes = file({}, {tensor("w", {0}, 0, 0)});
  bytes.resize(bytes.find('w') + 1 + 4 + 8 + 4 + 8);
  const auto read = GgufFile::open(folder.write("f", bytes));
  EXPECT_EQ(read.bytes(read.tensors()[0]).size(), 0u);
}

TEST(Gguf, the_magic_is_checked) {
  EXPECT_EQ(
      message("GGML" + std::string(60, '\0')),
      std::string("f: at byte 4: this is not a GGUF file.") + again);
}

TEST(Gguf, other_versions_are_incompatible) {
  auto bytes = sample();
  bytes[4] = 2;
  EXPECT_EQ(message(bytes), "nothing was thrown");
  for (char version : {1, 4}) {
    bytes[4] = version;
    EXPECT_EQ(
        message(bytes, ErrorCode::incompatible),
        format(
            "f: GGUF version {}, and versions 2 and 3, little-endian, are "
            "read. Convert the file again.",
            int{version}));
  }
  bytes.replace(4, 4, std::string("\0\0\0\3", 4));
  EXPECT_EQ(
      message(bytes, ErrorCode::incompatible),
      "f: big-endian GGUF, and versions 2 and 3, little-endian, are read. "
      "Convert the file again.");
}

TEST(Gguf, counts_are_checked_against_the_file) {
  EXPECT_EQ(
      message("GGUF" + u32(3) + u64(~0ull) + u64(0)),
      std::string(
          "f: at byte 16: 18446744073709551615 tensors, and only 8 "
          "bytes follow.") +
          again);
  EXPECT_EQ(
      message("GGUF" + u32(3) + u64(0) + u64(1)),
      std::string("f: at byte 24: 1 metadata pairs, and only 0 bytes follow.") +
          again);
}

TEST(Gguf, lengths_of_text_and_arrays_are_checked_against_the_file) {
  EXPECT_THAT(
      message(file({pair("k", 8, u64(1ull << 63))}, {})),
      HasSubstr("9223372036854775808 bytes of text, and only"));
  EXPECT_THAT(
      message(file({pair("k", 9, u32(0) + u64(1ull << 40))}, {})),
      HasSubstr("1099511627776 array elements, and only"));
  EXPECT_THAT(
      message(file({pair(std::string(65536, 'k'), 0, "\x01")}, {})),
      HasSubstr("65536 bytes of text, and at most 65535 are allowed"));
}

TEST(Gguf, arrays_nest_four_levels_and_no_deeper) {
  auto nested = [](int depth) {
    std::string bytes;
    for (int i = 1; i < depth; ++i)
      bytes += u32(9) + u64(1);
    return file({pair("k", 9, bytes + u32(0) + u64(1) + "\x01")}, {});
  };
  EXPECT_EQ(message(nested(4)), "nothing was thrown");
  EXPECT_THAT(
      message(nested(5)), HasSubstr("arrays nested deeper than 4 levels"));
}

TEST(Gguf, bad_values_are_refused) {
  EXPECT_THAT(
      message(file({pair("k", 13, "\x01")}, {})),
      HasSubstr("there is no value type 13"));
  EXPECT_THAT(
      message(file({pair("k", 7, "\x02")}, {})),
      HasSubstr("2 is not a boolean"));
  EXPECT_THAT(
      message(file({pair("k", 8, text64("\xff"))}, {})),
      HasSubstr("text is not valid UTF-8"));
  EXPECT_THAT(
      message(file({pair("k", 0, "\x01"), pair("k", 0, "\x02")}, {})),
      HasSubstr("the key \"k\" is given twice"));
}

TEST(Gguf, the_alignment_is_obeyed_and_checked) {
  auto aligned = [](std::uint32_t unit) {
    return file(
        {pair("general.alignment", 4, u32(unit))},
        {tensor("a", {1}, 0, 0), tensor("b", {1}, 0, 64)},
        std::string(68, 'x'),
        64);
  };
  EXPECT_EQ(message(aligned(64)), "nothing was thrown");
  for (std::uint32_t unit : {0u, 4u, 48u, 1u << 21}) {
    EXPECT_EQ(
        message(aligned(unit)),
        format(
            "f: \"general.alignment\" is \"{}\", and a power of two from 8 to "
            "1048576 is expected.{}",
            unit,
            again));
  }
}

TEST(Gguf, an_unknown_tensor_type_is_incompatible_and_named) {
  auto typed = [](std::uint32_t type) {
    return message(
        file({}, {tensor("w", {256}, type, 0)}, std::string(512, 'x')),
        ErrorCode::incompatible);
  };
  EXPECT_EQ(
      typed(12),
      "f: tensor \"w\": type Q4_K is not supported. Use a file of F32, F16, "
      "BF16, Q4_0, Q4_1 or Q8_0.");
  EXPECT_THAT(typed(1000), HasSubstr("type number 1000 is not supported"));
}

TEST(Gguf, shapes_are_checked) {
  EXPECT_THAT(
      message(file({}, {tensor("w", {1, 1, 1, 1, 1}, 0, 0)}, "1234")),
      HasSubstr("5 axes, and at most 4 are allowed"));
  EXPECT_THAT(
      message(file({}, {tensor("w", {1ull << 63}, 0, 0)})),
      HasSubstr("an axis of 9223372036854775808 elements"));
  EXPECT_THAT(
      message(file({}, {tensor("w", {1ull << 32, 1ull << 32}, 0, 0)})),
      HasSubstr("a shape of [4294967296, 4294967296]"));
  EXPECT_THAT(
      message(file({}, {tensor("w", {1ull << 62}, 0, 0)})),
      HasSubstr("a shape of [4611686018427387904]"));
  EXPECT_THAT(
      message(file({}, {tensor("w", {16, 2}, 2, 0)}, std::string(18, 'x'))),
      HasSubstr("rows of 16 elements do not fill blocks of 32"));
}

TEST(Gguf, overlaps_holes_and_repeated_names_are_refused) {
  auto second = [](const std::string& name, std::uint64_t offset) {
    return message(file(
        {},
        {tensor("a", {9}, 0, 0), tensor(name, {1}, 0, offset)},
        std::string(96, 'x')));
  };
  EXPECT_EQ(second("b", 64), "nothing was thrown");
  EXPECT_EQ(
      second("b", 32),
      std::string(
          "f: tensor \"b\": it starts at byte 32 of the data, and 64 "
          "is expected.") +
          again);
  EXPECT_EQ(
      second("b", 96),
      std::string(
          "f: tensor \"b\": it starts at byte 96 of the data, and 64 "
          "is expected.") +
          again);
  EXPECT_EQ(
      second("a", 64), std::string("f: tensor \"a\" is given twice.") + again);
}

TEST(Gguf, mutated_files_end_in_an_error_or_in_sound_tensors) {
  TempFolder folder;
  const auto bytes = sample();
  std::mt19937_64 random(3);
  int refused = 0;
  for (int i = 0; i < 4000; ++i) {
    const auto path =
        folder.write("m", temper::testing::mutated(bytes, random));
    // Anything but an Error ends the test.
    auto error = error_of([&] {
      const auto read = GgufFile::open(path);
      for (const auto& tensor : read.tensors()) {
        EXPECT_EQ(text(read.bytes(tensor)).size(), tensor.bytes);
      }
    });
    if (error) ++refused;
  }
  EXPECT_GT(refused, 2000);
}

} // namespace
} // namespace temper::io
