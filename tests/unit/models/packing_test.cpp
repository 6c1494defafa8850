#include "models/packing.h"

#include <gtest/gtest.h>

#include "temper/error.h"

namespace temper::models {
namespace {

Packing packing(const char* text) {
  return Packing(Json{{"quantization", Json::parse(text)}});
}

using nn::Quantization;

TEST(Packing, a_config_without_it_packs_nothing) {
  EXPECT_EQ(Packing(Json::object()).of("a", true), std::nullopt);
}

TEST(Packing, scales_tell_which_matrices_follow_the_common_rule) {
  auto rules = packing(R"({"group_size": 32, "bits": 4})");
  EXPECT_EQ(rules.of("a", true), (Quantization{32, 4, "affine"}));
  EXPECT_EQ(rules.of("a", false), std::nullopt);
}

TEST(Packing, a_matrix_may_have_a_rule_of_its_own) {
  auto rules = packing(R"({
      "group_size": 32, "bits": 4, "mode": "mxfp4",
      "own": {"group_size": 128, "bits": 6},
      "null": {"group_size": null, "bits": 8, "mode": "mxfp8"},
      "no": false, "yes": true})");
  // Without a mode it is affine, whatever the common one is.
  EXPECT_EQ(rules.of("own", true), (Quantization{128, 6, "affine"}));
  EXPECT_EQ(rules.of("null", true), (Quantization{32, 8, "mxfp8"}));
  EXPECT_EQ(rules.of("no", true), std::nullopt);
  EXPECT_EQ(rules.of("yes", false), (Quantization{32, 4, "mxfp4"}));
}

TEST(Packing, sizes_mlx_does_not_have_are_refused) {
  for (const char* bad :
       {R"({"group_size":48,"bits":4})",
        R"({"group_size":64,"bits":7})",
        R"({"group_size":64,"bits":4,"mode":"mxfp4"})",
        R"({"group_size":-64,"bits":4})",
        R"({"group_size":64,"bits":"4"})"}) {
    EXPECT_THROW(packing(bad), Error) << bad;
  }
}

TEST(Packing, an_unknown_mode_is_named) {
  try {
    packing(R"({"group_size":64,"bits":4,"mode":"int4"})");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::incompatible);
    EXPECT_EQ(
        error.message(),
        "config.json: quantization has mode \"int4\"; affine, mxfp4, mxfp8 and "
        "nvfp4 are known.");
  }
}

} // namespace
} // namespace temper::models
