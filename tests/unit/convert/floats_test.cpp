#include "convert/floats.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace temper::conversion {
namespace {

TEST(Floats, every_half_survives_the_way_to_float_and_back) {
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    const float value = half_to_float(std::uint16_t(bits));
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(half_to_float(float_to_half(value))));
    } else {
      ASSERT_EQ(float_to_half(value), bits);
    }
  }
}

TEST(Floats, known_halves_have_their_values) {
  // Bit patterns from IEEE 754's binary16.
  EXPECT_EQ(half_to_float(0x3c00), 1.0f);
  EXPECT_EQ(half_to_float(0xc000), -2.0f);
  EXPECT_EQ(half_to_float(0x7bff), 65504.0f);
  EXPECT_EQ(half_to_float(0x0001), std::ldexp(1.0f, -24));
  EXPECT_EQ(half_to_float(0x7c00), std::numeric_limits<float>::infinity());
}

TEST(Floats, a_half_rounds_to_the_nearest_and_ties_to_even) {
  EXPECT_EQ(float_to_half(1.0f + std::ldexp(1.0f, -11)), 0x3c00);
  EXPECT_EQ(float_to_half(1.0f + 3 * std::ldexp(1.0f, -11)), 0x3c02);
  EXPECT_EQ(float_to_half(1.0f + std::ldexp(1.1f, -11)), 0x3c01);
  EXPECT_EQ(float_to_half(65519.996f), 0x7bff);
  EXPECT_EQ(float_to_half(65520.0f), 0x7c00);
  EXPECT_EQ(float_to_half(std::ldexp(1.0f, -25)), 0x0000);
  EXPECT_EQ(float_to_half(std::ldexp(3.0f, -25)), 0x0002);
}

TEST(Floats, a_bfloat_rounds_to_the_nearest_and_ties_to_even) {
  EXPECT_EQ(float_to_bfloat(1.0f), 0x3f80);
  EXPECT_EQ(float_to_bfloat(1.0f + std::ldexp(1.0f, -8)), 0x3f80);
  EXPECT_EQ(float_to_bfloat(1.0f + 3 * std::ldexp(1.0f, -8)), 0x3f82);
  EXPECT_TRUE(
      std::isnan(bfloat_to_float(
          float_to_bfloat(std::numeric_limits<float>::quiet_NaN()))));
}

TEST(Floats, a_cast_changes_width_and_keeps_values_that_fit) {
  const float values[] = {1.5f, -0.25f, 1024.0f};
  const auto halves = cast(
      std::as_bytes(std::span(values)),
      io::ElementType::f32,
      io::ElementType::f16);
  ASSERT_EQ(halves.size(), 6u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(
        read_float(halves.data() + 2 * i, io::ElementType::f16), values[i]);
  }
}

} // namespace
} // namespace temper::conversion
