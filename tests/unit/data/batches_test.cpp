#include "data/batches.h"

#include <algorithm>
#include <map>

#include "data/collate.h"
#include "fakes.h"

namespace temper::data {
namespace {

using testing::ElementsAre;

// `length` tokens, all the number `token`, learned from the second on.
Example example_of(int token, int length) {
  Example example;
  example.tokens.assign(std::size_t(length), token);
  example.loss_mask.assign(std::size_t(length), 1);
  example.loss_mask[0] = 0;
  return example;
}

std::vector<Example> examples_of_lengths(int count) {
  std::vector<Example> examples;
  for (int i = 0; i < count; ++i) {
    examples.push_back(example_of(i, 2 + (i * 37) % 50));
  }
  return examples;
}

// How often a batch's targets name each example.
std::map<int, int> targets_of(const Batch& batch) {
  std::map<int, int> counts;
  for (std::size_t i = 0; i < batch.targets.size(); ++i) {
    if (batch.weights[i] > 0) ++counts[batch.targets[i]];
  }
  return counts;
}

TEST(Collate, LeavesTheLastTokenOutAndPredictsTheNext) {
  Example example{{5, 6, 7, 8}, {0, 0, 1, 1}, ""};
  const auto batch = collate({&example});
  EXPECT_EQ(batch.real_tokens, 3);
  EXPECT_EQ(batch.supervised_tokens, 2);
  EXPECT_EQ(batch.tokens.size(), 32u);
  EXPECT_EQ(
      std::vector(batch.tokens.begin(), batch.tokens.begin() + 4),
      (std::vector<std::int32_t>{5, 6, 7, 0}));
  EXPECT_EQ(batch.loss_rows[0], 1);
  EXPECT_EQ(batch.targets[0], 7);
  EXPECT_EQ(batch.loss_rows[1], 2);
  EXPECT_EQ(batch.targets[1], 8);
  EXPECT_EQ(batch.weights.size(), 32u);
  EXPECT_EQ(std::count(batch.weights.begin(), batch.weights.end(), 1.0f), 2);
}

TEST(Collate, GivesEachExampleARowThatBeginsAtColumnZero) {
  const auto a = example_of(1, 4), b = example_of(2, 3);
  const auto batch = collate({&a, &b});
  EXPECT_EQ(batch.rows, 2);
  EXPECT_EQ(batch.columns, 16);
  ASSERT_EQ(batch.flat_of_cell.size(), 32u);
  const auto cells = batch.flat_of_cell.begin();
  EXPECT_THAT(std::vector(cells, cells + 4), ElementsAre(0, 1, 2, 5));
  EXPECT_THAT(std::vector(cells + 16, cells + 19), ElementsAre(3, 4, 5));
  EXPECT_THAT(
      std::vector(batch.cell_of_flat.begin(), batch.cell_of_flat.begin() + 6),
      ElementsAre(0, 1, 2, 16, 17, 3));
}

// The law of TokenGrid, for many shapes: gather and scatter are inverse on
// tokens, and padding points at padding.
TEST(Collate, PadsPointAtPadsAndTokensAtTheirCells) {
  for (int a = 1; a <= 70; ++a) {
    for (int b = 1; b <= 70; b += 3) {
      const auto first = example_of(1, a), second = example_of(2, b);
      const auto batch = collate({&first, &second});
      const auto flat = std::int64_t(batch.tokens.size());
      const auto cells = std::int64_t(batch.flat_of_cell.size());
      ASSERT_EQ(batch.real_tokens, a + b - 2);
      ASSERT_EQ(cells, batch.rows * batch.columns);
      ASSERT_EQ(std::int64_t(batch.cell_of_flat.size()), flat);
      for (std::int64_t i = 0; i < flat; ++i) {
        const auto cell = batch.cell_of_flat[std::size_t(i)];
        ASSERT_GE(cell, 0);
        ASSERT_LT(cell, cells);
        const auto back = batch.flat_of_cell[std::size_t(cell)];
        if (i < batch.real_tokens) {
          ASSERT_EQ(back, i);
        } else {
          ASSERT_GE(back, batch.real_tokens);
        }
      }
      for (auto row : batch.flat_of_cell)
        ASSERT_LT(row, flat);
    }
  }
}

TEST(Collate, IsDenseWhenNothingPads) {
  const auto example = example_of(1, 33);
  const auto batch = collate({&example});
  EXPECT_EQ(batch.columns, 32);
  EXPECT_EQ(batch.tokens.size(), 32u);
  for (std::int32_t i = 0; i < 32; ++i) {
    EXPECT_EQ(batch.flat_of_cell[std::size_t(i)], i);
    EXPECT_EQ(batch.cell_of_flat[std::size_t(i)], i);
  }
}

TEST(Collate, AddsAPadWhereTheOtherSideNeedsOne) {
  // 16 tokens fill a row of 16 columns, but 16 of 32 flat rows pad.
  const auto full = example_of(1, 17);
  EXPECT_EQ(collate({&full}).columns, 32);
  // 20 + 12 tokens fill 32 flat rows, but the grid of 2 x 32 pads.
  const auto a = example_of(1, 21), b = example_of(2, 13);
  EXPECT_EQ(collate({&a, &b}).tokens.size(), 64u);
}

TEST(BoundedSize, GrowsInCoarserSteps) {
  EXPECT_EQ(bounded_size(1), 32);
  EXPECT_EQ(bounded_size(512), 512);
  EXPECT_EQ(bounded_size(513), 576);
  EXPECT_EQ(bounded_size(2048), 2048);
  EXPECT_EQ(bounded_size(2049), 2304);
  EXPECT_EQ(bounded_columns(17), 32);
  EXPECT_EQ(bounded_columns(257), 288);
}

TEST(Batches, ShowEveryExampleOnceAnEpochAndDropNothing) {
  const auto examples = examples_of_lengths(103);
  Batches batches(examples, 4, 7);
  ASSERT_EQ(batches.batches_per_epoch(), 26);
  for (int epoch = 0; epoch < 3; ++epoch) {
    std::map<int, int> seen;
    for (int i = 0; i < 26; ++i) {
      for (auto [token, count] : targets_of(batches.next())) {
        EXPECT_EQ(seen.count(token), 0u);
        seen[token] = count;
      }
    }
    ASSERT_EQ(seen.size(), 103u);
    for (auto [token, count] : seen) {
      EXPECT_EQ(count, examples[std::size_t(token)].supervised());
    }
    EXPECT_DOUBLE_EQ(batches.epoch(), epoch + 1.0);
  }
}

TEST(Batches, CountAFractionOfAnEpochInExamples) {
  Batches batches(examples_of_lengths(8), 2, 0);
  EXPECT_DOUBLE_EQ(batches.epoch(), 0.0);
  batches.next();
  EXPECT_DOUBLE_EQ(batches.epoch(), 0.25);
}

TEST(Batches, DependOnTheSeedAndTheEpochAlone) {
  const auto order = [](std::uint64_t seed) {
    Batches batches(examples_of_lengths(40), 4, seed);
    std::vector<std::vector<std::int32_t>> all;
    for (int i = 0; i < 20; ++i)
      all.push_back(batches.next().tokens);
    return all;
  };
  const auto one = order(1);
  EXPECT_EQ(one, order(1));
  EXPECT_NE(one, order(2));
  EXPECT_NE(
      std::vector(one.begin(), one.begin() + 10),
      std::vector(one.begin() + 10, one.end()));
}

TEST(Batches, PutRowsOfLikeLengthTogether) {
  Batches batches(examples_of_lengths(64), 4, 3);
  std::int64_t real = 0, cells = 0;
  for (int i = 0; i < 16; ++i) {
    const auto batch = batches.next();
    real += batch.real_tokens;
    cells += batch.rows * batch.columns;
  }
  // Unsorted, a grid of 4 random lengths under 51 is half empty.
  EXPECT_LT(double(cells), 1.5 * double(real));
}

TEST(Batches, NeedARow) {
  EXPECT_EQ(
      message_of(ErrorCode::invalid_data, [] { Batches({}, 4, 0); }),
      "There are no rows to train on; expected at least one. Add rows to "
      "train.jsonl.");
}

TEST(FixedBatches, TakeTheFirstRowsUpToTheLimitOrAll) {
  const auto examples = examples_of_lengths(11);
  std::map<int, int> seen;
  const auto two = fixed_batches(examples, 3, 2);
  ASSERT_EQ(two.size(), 2u);
  for (const auto& batch : two)
    seen.merge(targets_of(batch));
  ASSERT_EQ(seen.size(), 6u);
  EXPECT_EQ(seen.rbegin()->first, 5);

  EXPECT_EQ(fixed_batches(examples, 3, -1).size(), 4u);
  EXPECT_EQ(fixed_batches(examples, 3, 100).size(), 4u);
  EXPECT_TRUE(fixed_batches(examples, 3, 0).empty());
}

} // namespace
} // namespace temper::data
