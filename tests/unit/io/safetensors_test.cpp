#include "io/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/format.h"
#include "unit/base/temp_folder.h"
#include "unit/io/bytes.h"

namespace temper::io {
namespace {

using temper::testing::error_of;
using temper::testing::little;
using temper::testing::TempFolder;
using ::testing::ElementsAre;

constexpr const char* again = " Download or export the file again.";

std::string with_header(const std::string& header, std::size_t data = 0) {
  return little<std::uint64_t>(header.size()) + header +
      std::string(data, '\x11');
}

// One tensor named "w".
std::string entry(
    const std::string& type,
    const std::string& shape,
    const std::string& offsets) {
  return format(
      R"({{"w":{{"dtype":"{}","shape":{},"data_offsets":{}}}}})",
      type,
      shape,
      offsets);
}

// The message about such a file, which is named "f".
std::string
message(const std::string& bytes, ErrorCode code = ErrorCode::corrupt_file) {
  TempFolder folder;
  const auto path = folder.write("f", bytes);
  auto error = error_of([&] { SafetensorsFile::open(path); });
  if (!error) return "nothing was thrown";
  EXPECT_EQ(error->code(), code);
  return folder.relative(error->message());
}

std::span<const std::byte> view(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Two tensors, an empty one and a scalar between them, and metadata.
std::string sample(const TempFolder& folder) {
  const auto path = folder / "sample";
  const std::string a = "0123456789ab", b = "zz", scalar = "8bytes!!";
  write_safetensors(
      path,
      {{"b", ElementType::f16, {1, 1}, view(b)},
       {"none", ElementType::i32, {0, 4}, {}},
       {"s", ElementType::i64, {}, view(scalar)},
       {"a \"é\"", ElementType::f32, {3, 1}, view(a)}},
      {{"format", "mlx"}, {"k", "v\n"}});
  return path;
}

TEST(Safetensors, what_is_written_is_read) {
  TempFolder folder;
  const auto file = SafetensorsFile::open(sample(folder));
  std::vector<std::string> names;
  for (const auto& tensor : file.tensors())
    names.push_back(tensor.name);
  EXPECT_THAT(names, ElementsAre("b", "none", "s", "a \"é\""));
  const auto* a = file.find("a \"é\"");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->type, ElementType::f32);
  EXPECT_THAT(a->shape, ElementsAre(3, 1));
  EXPECT_EQ(text(file.bytes(*a)), "0123456789ab");
  EXPECT_EQ(text(file.bytes(*file.find("s"))), "8bytes!!");
  EXPECT_TRUE(file.find("s")->shape.empty());
  EXPECT_EQ(file.bytes(*file.find("none")).size(), 0u);
  EXPECT_EQ(file.find("c"), nullptr);
  EXPECT_EQ(
      file.metadata(),
      (std::map<std::string, std::string>{{"format", "mlx"}, {"k", "v\n"}}));
}

TEST(Safetensors, the_written_bytes_are_as_specified) {
  TempFolder folder;
  const std::string data = "abcd";
  write_safetensors(
      folder / "f", {{"w", ElementType::bf16, {2}, view(data)}}, {});
  const std::string header =
      R"({"__metadata__":{},"w":{"dtype":"BF16","shape":[2],)"
      R"("data_offsets":[0,4]}})";
  const std::string padded =
      header + std::string(7 - (header.size() + 7) % 8, ' ');
  EXPECT_EQ(padded.size() % 8, 0u);
  EXPECT_EQ(
      read_file(folder / "f"),
      little<std::uint64_t>(padded.size()) + padded + "abcd");
}

TEST(Safetensors, every_element_type_survives_a_round_trip) {
  TempFolder folder;
  const std::string data(8, 'x');
  for (int i = 0; i <= static_cast<int>(ElementType::f8_e5m2); ++i) {
    const auto type = static_cast<ElementType>(i);
    const auto size = element_size(type);
    write_safetensors(
        folder / "f", {{"w", type, {1}, view(data).first(size)}}, {});
    const auto file = SafetensorsFile::open(folder / "f");
    EXPECT_EQ(file.tensors()[0].type, type) << type_name(type);
    EXPECT_EQ(file.tensors()[0].bytes, size) << type_name(type);
  }
  EXPECT_EQ(type_name(ElementType::f8_e4m3), "F8_E4M3");
  EXPECT_EQ(type_name(ElementType::boolean), "BOOL");
}

TEST(Safetensors, every_truncation_is_refused) {
  TempFolder folder;
  const auto bytes = read_file(sample(folder));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_TRUE(message(bytes.substr(0, size)).ends_with(again)) << size;
  }
}

TEST(Safetensors, every_flipped_bit_of_the_length_is_refused) {
  TempFolder folder;
  const auto bytes = read_file(sample(folder));
  for (int bit = 0; bit < 64; ++bit) {
    auto flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_NE(message(flipped), "nothing was thrown") << bit;
  }
}

TEST(Safetensors, a_longer_file_is_refused) {
  EXPECT_EQ(
      message(with_header(entry("F32", "[1]", "[0,4]"), 5)),
      std::string("f: 5 bytes of data, and the tensors use 4.") + again);
}

TEST(Safetensors, lengths_are_checked_before_the_header_is_read) {
  EXPECT_EQ(
      message("1234567"),
      std::string("f: 7 bytes long, and a safetensors file has at least 8.") +
          again);
  EXPECT_EQ(
      message(little<std::uint64_t>(100'000'001) + "{}"),
      std::string(
          "f: a header of 100000001 bytes, and at most 100000000 are "
          "allowed.") +
          again);
  EXPECT_EQ(
      message(little<std::uint64_t>(3) + "{}"),
      std::string("f: a header of 3 bytes, and only 2 follow.") + again);
  EXPECT_EQ(
      message(little<std::uint64_t>(~0ull) + "{}"),
      std::string(
          "f: a header of 18446744073709551615 bytes, and at most "
          "100000000 are allowed.") +
          again);
}

TEST(Safetensors, a_header_that_is_not_an_object_is_refused) {
  EXPECT_EQ(
      message(with_header("[]")),
      std::string("f: the header is not an object.") + again);
  EXPECT_EQ(
      message(with_header("")),
      "f: header: not valid JSON at column 0: unexpected end of input; "
      "expected '[', '{', or a literal.");
}

TEST(Safetensors, a_file_without_tensors_is_sound) {
  EXPECT_EQ(message(with_header("{}")), "nothing was thrown");
}

TEST(Safetensors, a_repeated_name_is_refused) {
  const std::string one =
      R"("w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
  EXPECT_EQ(
      message(with_header("{" + one + "," + one + "}")),
      "f: header: the key \"w\" is given twice in one object. Keep one of "
      "them.");
}

TEST(Safetensors, extents_must_be_whole_numbers_from_0) {
  for (auto extent : {"-1", "1.0", "\"1\"", "null", "9223372036854775808"}) {
    const auto found =
        message(with_header(entry("U8", format("[{}]", extent), "[0,1]"), 1));
    EXPECT_THAT(found, ::testing::HasSubstr("whole numbers from 0")) << extent;
  }
  EXPECT_EQ(
      message(with_header(entry("U8", "[-1]", "[0,1]"), 1)),
      std::string(
          "f: tensor \"w\": \"shape\" holds \"-1\", and whole numbers "
          "from 0 are expected.") +
          again);
  EXPECT_EQ(
      message(with_header(entry("U8", "1", "[0,1]"), 1)),
      std::string("f: tensor \"w\": \"shape\" is not a list.") + again);
}

TEST(Safetensors, a_shape_whose_product_overflows_is_refused) {
  // 2^32 * 2^32 elements are 0 in 64 bits, as many as the bytes.
  EXPECT_EQ(
      message(with_header(entry("U8", "[4294967296,4294967296]", "[0,0]"))),
      std::string(
          "f: tensor \"w\": 0 bytes of data, and U8 of shape "
          "[4294967296, 4294967296] take more than 2^64.") +
          again);
  // 2^62 elements of 4 bytes.
  EXPECT_THAT(
      message(with_header(entry("F32", "[4611686018427387904]", "[0,0]"))),
      ::testing::HasSubstr("take more than 2^64"));
}

TEST(Safetensors, bytes_must_fit_the_shape) {
  EXPECT_EQ(
      message(with_header(entry("F32", "[2,3]", "[0,20]"), 20)),
      std::string(
          "f: tensor \"w\": 20 bytes of data, and F32 of shape [2, 3] "
          "take 24.") +
          again);
}

TEST(Safetensors, offsets_must_lie_in_the_data) {
  EXPECT_EQ(
      message(with_header(entry("U8", "[4]", "[0,4]"), 3)),
      std::string(
          "f: tensor \"w\": bytes 0 to 4 lie outside the 3 bytes of "
          "data.") +
          again);
  EXPECT_EQ(
      message(with_header(entry("U8", "[4]", "[4,0]"), 4)),
      std::string(
          "f: tensor \"w\": bytes 4 to 0 lie outside the 4 bytes of "
          "data.") +
          again);
  for (auto offsets : {"[0]", "[0,4,4]", "{}", "null"}) {
    EXPECT_EQ(
        message(with_header(entry("U8", "[4]", offsets), 4)),
        std::string(
            "f: tensor \"w\": \"data_offsets\" is not a pair of "
            "numbers.") +
            again);
  }
}

std::string pair_at(int begin, int end) {
  return with_header(
      format(
          R"({{"v":{{"dtype":"U8","shape":[4],"data_offsets":[0,4]}},)"
          R"("w":{{"dtype":"U8","shape":[{}],"data_offsets":[{},{}]}}}})",
          end - begin,
          begin,
          end),
      8);
}

TEST(Safetensors, overlaps_and_holes_are_refused) {
  EXPECT_EQ(message(pair_at(4, 8)), "nothing was thrown");
  EXPECT_EQ(
      message(pair_at(3, 8)),
      std::string(
          "f: tensor \"w\": it starts at byte 3 of the data, and the "
          "one before ends at 4.") +
          again);
  EXPECT_EQ(
      message(pair_at(5, 8)),
      std::string(
          "f: tensor \"w\": it starts at byte 5 of the data, and the "
          "one before ends at 4.") +
          again);
  EXPECT_EQ(
      message(with_header(entry("U8", "[4]", "[1,5]"), 5)),
      std::string(
          "f: tensor \"w\": it starts at byte 1 of the data, and the "
          "one before ends at 0.") +
          again);
}

TEST(Safetensors, an_unknown_element_type_is_incompatible) {
  EXPECT_EQ(
      message(
          with_header(entry("F4", "[2]", "[0,1]"), 1), ErrorCode::incompatible),
      "f: tensor \"w\": element type \"F4\" is not supported. Convert the "
      "model to F32, F16 or BF16.");
}

TEST(Safetensors, missing_parts_of_an_entry_are_named) {
  EXPECT_EQ(
      message(with_header(R"({"w":{"dtype":"U8","shape":[0]}})")),
      std::string("f: tensor \"w\": \"data_offsets\" is missing.") + again);
  EXPECT_EQ(
      message(with_header(R"({"w":{"shape":[0],"data_offsets":[0,0]}})")),
      std::string("f: tensor \"w\": \"dtype\" is missing.") + again);
  EXPECT_EQ(
      message(with_header(R"({"w":[]})")),
      std::string("f: tensor \"w\": its entry is not an object.") + again);
}

TEST(Safetensors, null_metadata_is_none_as_mlx_writes_it) {
  TempFolder folder;
  const std::string header = R"({"__metadata__":null})";
  const auto path =
      folder.write("f", little<std::uint64_t>(header.size()) + header);
  EXPECT_TRUE(SafetensorsFile::open(path).metadata().empty());
}

TEST(Safetensors, metadata_may_be_null_as_mlx_writes_it) {
  EXPECT_EQ(
      message(with_header(R"({"__metadata__":null})")), "nothing was thrown");
}

TEST(Safetensors, metadata_must_be_text) {
  EXPECT_EQ(
      message(with_header(R"({"__metadata__":{"a":1}})")),
      std::string("f: \"__metadata__\": \"a\" is not text.") + again);
  EXPECT_EQ(
      message(with_header(R"({"__metadata__":[]})")),
      std::string("f: \"__metadata__\": it is not an object.") + again);
}

TEST(Safetensors, the_writer_refuses_what_the_reader_would) {
  TempFolder folder;
  const std::string data = "abcd";
  const TensorToWrite sound{"w", ElementType::u8, {4}, view(data)};
  auto write = [&](std::vector<TensorToWrite> tensors) {
    write_safetensors(folder / "f", tensors, {});
  };
  EXPECT_FAILS(
      write({sound, sound}),
      internal,
      "tensor \"w\": its name is taken, reserved or not UTF-8.",
      folder);
  EXPECT_FAILS(
      write({{"w", ElementType::f32, {4}, view(data)}}),
      internal,
      "tensor \"w\": 4 bytes do not fill F32 of shape [4].",
      folder);
  EXPECT_FAILS(
      write({{"__metadata__", ElementType::u8, {4}, view(data)}}),
      internal,
      "tensor \"__metadata__\": its name is taken, reserved or not UTF-8.",
      folder);
  EXPECT_EQ(folder.count(), 0u);
}

TEST(Safetensors, mutated_files_end_in_an_error_or_in_sound_tensors) {
  TempFolder folder;
  const auto bytes = read_file(sample(folder));
  std::mt19937_64 random(1);
  int refused = 0;
  for (int i = 0; i < 4000; ++i) {
    const auto path =
        folder.write("m", temper::testing::mutated(bytes, random));
    // Anything but an Error ends the test.
    auto error = error_of([&] {
      const auto file = SafetensorsFile::open(path);
      for (const auto& tensor : file.tensors()) {
        EXPECT_EQ(text(file.bytes(tensor)).size(), tensor.bytes);
      }
    });
    if (error) ++refused;
  }
  EXPECT_GT(refused, 2000);
}

} // namespace
} // namespace temper::io
