#include "data/learned_spans.h"

#include <gmock/gmock.h>

namespace temper::data {
namespace {

using testing::ElementsAre;

TEST(MaskOfSpans, TakesTokensThatShareAByteWithASpan) {
  EXPECT_THAT(
      mask_of_spans(
          {{0, 2}, {2, 5}, {5, 6}, {6, 9}, {9, 10}}, {{4, 6}, {9, 10}}),
      ElementsAre(0, 1, 1, 0, 1));
}

TEST(MaskOfSpans, NeverTakesTheFirstToken) {
  EXPECT_THAT(mask_of_spans({{0, 1}, {1, 2}}, {{0, 2}}), ElementsAre(0, 1));
}

TEST(MaskOfSpans, TakesEveryTokenOfACharacterSplitInSeveral) {
  EXPECT_THAT(
      mask_of_spans({{0, 1}, {1, 5}, {1, 5}, {5, 6}}, {{1, 5}}),
      ElementsAre(0, 1, 1, 0));
}

TEST(MaskOfSpans, TakesATokenWithoutBytesWhereItStands) {
  EXPECT_THAT(
      mask_of_spans({{0, 3}, {3, 3}, {3, 4}, {4, 4}}, {{3, 4}}),
      ElementsAre(0, 1, 1, 0));
}

} // namespace
} // namespace temper::data
