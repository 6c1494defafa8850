#include "train/loss.h"

#include <cmath>
#include <limits>

#include "fakes.h"
#include "train/evaluate.h"

namespace temper::train {
namespace {

double sum_of(TableModel& model, const data::Batch& batch) {
  return double(batch_loss(model, batch, {}).sum.item<float>());
}

TEST(BatchLoss, IsTheLogOfTheVocabularyForEveryTokenWhenAllLogitsAreEqual) {
  TableModel model(8);
  const auto batch = batch_of({example_of({1, 2, 3}), example_of({4, 5})});
  auto loss = batch_loss(model, batch, {});
  EXPECT_NEAR(loss.sum.item<float>(), 3 * std::log(8.0), 1e-5);
  EXPECT_EQ(loss.count.item<float>(), 3.0f);
}

TEST(BatchLoss, ScoresEachTargetAgainstTheTokenBeforeIt) {
  TableModel model(3);
  // After 0 comes 1 with odds 2 : 1 : 1, after 1 comes 2 with odds 1 : 1 : 8.
  const float two = std::log(2.0f), eight = std::log(8.0f);
  model.table->value =
      mx::array({0.0f, two, 0.0f, 0.0f, 0.0f, eight, 0.0f, 0.0f, 0.0f}, {3, 3});
  EXPECT_NEAR(
      sum_of(model, batch_of({example_of({0, 1, 2})})),
      -std::log(2.0 / 4) - std::log(8.0 / 10),
      1e-6);
}

TEST(BatchLoss, LeavesUnlearnedAndPaddingTokensOut) {
  TableModel model(3);
  data::Example example{{0, 1, 2, 0}, {0, 0, 1, 0}, ""};
  auto loss = batch_loss(model, batch_of({example}), {});
  EXPECT_NEAR(loss.sum.item<float>(), std::log(3.0), 1e-6);
  EXPECT_EQ(loss.count.item<float>(), 1.0f);
}

TEST(BatchLoss, IsComputedInFloat32ForAHalfPrecisionModel) {
  TableModel model(8);
  model.table->value = mx::astype(model.table->value, mx::bfloat16);
  auto loss = batch_loss(model, batch_of({example_of({1, 2})}), {});
  EXPECT_EQ(loss.sum.dtype(), mx::float32);
  EXPECT_NEAR(loss.sum.item<float>(), std::log(8.0), 1e-6); // bf16: 2e-3 off
}

TEST(BatchLoss, GivesTheModelItsGridAndADenseOneWithoutPadding) {
  TableModel model(3);
  sum_of(model, batch_of({example_of(std::vector<std::int32_t>(33, 1))}));
  EXPECT_FALSE(model.last_grid.flat_of_cell.has_value());
  const auto batch = batch_of({example_of({1, 2}), example_of({1, 2, 0})});
  sum_of(model, batch);
  EXPECT_EQ(model.last_grid.rows, 2);
  EXPECT_EQ(model.last_grid.columns, 16);
  EXPECT_EQ(model.last_grid.flat_of_cell->size(), 32u);
  EXPECT_EQ(model.last_grid.cell_of_flat->size(), batch.tokens.size());
}

TEST(BatchLoss, RefusesATokenOutsideTheVocabulary) {
  TableModel model(3);
  try {
    batch_loss(model, batch_of({example_of({0, 3})}), {});
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::incompatible);
    EXPECT_EQ(
        error.message(),
        "The tokenizer gave token 3, but the model knows 0 to 2. Use the "
        "tokenizer the model came with.");
  }
}

TEST(EvaluateLoss, IsTheMeanOverAllTokensNotOverBatches) {
  TableModel model(2);
  // Token 0 is sure of 0; token 1 knows nothing.
  model.table->value = mx::array({20.0f, 0.0f, 0.0f, 0.0f}, {2, 2});
  const auto done = evaluate_loss(
      model,
      {batch_of({example_of({1, 1})}), batch_of({example_of({0, 0, 0, 0})})},
      Split::test,
      7,
      nullptr);
  EXPECT_EQ(done.tokens, 4);
  EXPECT_EQ(done.iteration, 7);
  EXPECT_EQ(done.split, Split::test);
  EXPECT_NEAR(done.loss, std::log(2.0) / 4, 1e-6);
  EXPECT_NEAR(done.perplexity, std::pow(2.0, 0.25), 1e-6);
  EXPECT_TRUE(model.keys.empty());
}

TEST(EvaluateLoss, StopsWhenCancelled) {
  TableModel model(2);
  Cancel cancel;
  cancel.request(Cancel::Reason::interrupted);
  const auto done = evaluate_loss(
      model, {batch_of({example_of({1, 1})})}, Split::valid, 0, &cancel);
  EXPECT_EQ(done.tokens, 0);
  EXPECT_TRUE(std::isnan(done.loss));
}

} // namespace
} // namespace temper::train
