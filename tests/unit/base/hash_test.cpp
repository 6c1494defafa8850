#include "base/hash.h"

#include <gtest/gtest.h>

#include "unit/base/temp_folder.h"

namespace temper {
namespace {

// Expected values: FIPS 180-4 examples, checked with sha256sum.
TEST(Sha256, agrees_with_the_published_examples) {
  EXPECT_EQ(
      sha256(""),
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(
      sha256("abc"),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(
      sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(
      sha256(std::string(1'000'000, 'a')),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, pieces_of_any_length_give_the_hash_of_the_whole) {
  for (std::size_t size : {0u, 1u, 55u, 56u, 57u, 63u, 64u, 65u, 128u, 200u}) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
      text[i] = static_cast<char>(i * 7);
    for (std::size_t piece : {1u, 3u, 63u, 64u, 65u}) {
      Sha256 hash;
      for (std::size_t i = 0; i < size; i += piece) {
        const auto part = std::string_view(text).substr(i, piece);
        hash.add(std::as_bytes(std::span(part)));
      }
      EXPECT_EQ(hash.finish(), sha256(text)) << size << " by " << piece;
    }
  }
}

TEST(Sha256, a_file_hashes_as_its_bytes) {
  testing::TempFolder folder;
  EXPECT_EQ(sha256_file(folder.write("a", "abc")), sha256("abc"));
  EXPECT_EQ(sha256_file(folder.write("b", "")), sha256(""));
  EXPECT_FAILS(
      sha256_file(folder / "c"),
      not_found,
      "c: there is no such file. Check the path.",
      folder);
}

} // namespace
} // namespace temper
