#include "train/trainer.h"

#include <cmath>

#include "fakes.h"
#include "train/evaluate.h"

namespace temper::train {
namespace {

using testing::ElementsAre;

// After 0 comes 1, after 1 comes 0: five rows, 3 tokens learned in each.
std::vector<data::Example> alternating() {
  return std::vector<data::Example>(5, example_of({0, 1, 0, 1}));
}

struct Bench {
  TrainerSetup setup(TrainerPlan plan) {
    return {
        model,
        data::Batches(alternating(), 2, 0),
        data::fixed_batches(alternating(), 2, -1),
        plan,
        recorder,
        [this](int iteration) { saves.push_back(iteration); },
        "adapters"};
  }
  RunFinished run(TrainerPlan plan, const Cancel* cancel = nullptr) {
    return Trainer(setup(plan)).run(cancel);
  }
  template <class T>
  std::vector<int> iterations() const {
    std::vector<int> all;
    for (const auto& event : recorder.all<T>())
      all.push_back(event.iteration);
    return all;
  }

  TableModel model{2};
  Recorder recorder;
  std::vector<int> saves;
};

TrainerPlan short_plan() {
  return {
      .iters = 7,
      .learning_rate = 0.1,
      .steps_per_report = 3,
      .steps_per_eval = 4,
      .save_every = 5};
}

TEST(Trainer, LearnsARuleThatHasNoExceptions) {
  Bench bench;
  auto plan = short_plan();
  plan.iters = 40;
  const auto finished = bench.run(plan);
  EXPECT_NEAR(
      bench.recorder.all<EvaluationDone>().front().loss, std::log(2.0), 1e-6);
  EXPECT_LT(finished.final_valid_loss, 0.01);
}

TEST(Trainer, ValidatesBeforeDuringAndAfterAndReportsAndSavesOnTime) {
  Bench bench;
  bench.run(short_plan());
  EXPECT_THAT(bench.iterations<StepDone>(), ElementsAre(1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(bench.iterations<EvaluationDone>(), ElementsAre(0, 4, 7));
  EXPECT_THAT(bench.iterations<TrainReport>(), ElementsAre(3, 6, 7));
  EXPECT_THAT(bench.iterations<AdapterSaved>(), ElementsAre(5, 7));
  EXPECT_THAT(bench.saves, ElementsAre(5, 7));
}

TEST(Trainer, ValidatesTheFinalWeights) {
  Bench bench;
  const auto finished = bench.run(short_plan());
  const auto again = evaluate_loss(
      bench.model,
      data::fixed_batches(alternating(), 2, -1),
      Split::valid,
      7,
      nullptr);
  EXPECT_EQ(finished.final_valid_loss, again.loss);
}

TEST(Trainer, FinishesAndSavesOnceWhenCadencesMeetTheEnd) {
  Bench bench;
  auto plan = short_plan();
  plan.iters = 4;
  plan.save_every = 2;
  bench.run(plan);
  EXPECT_THAT(bench.saves, ElementsAre(2, 4));
  EXPECT_THAT(bench.iterations<EvaluationDone>(), ElementsAre(0, 4));
}

TEST(Trainer, CountsTokensAndEpochs) {
  Bench bench;
  bench.run(short_plan());
  const auto reports = bench.recorder.all<TrainReport>();
  // Three batches are an epoch of five rows with three tokens each.
  EXPECT_EQ(reports[0].trained_tokens, 15);
  EXPECT_DOUBLE_EQ(reports[0].epoch, 1.0);
  EXPECT_DOUBLE_EQ(reports[1].epoch, 2.0);
  EXPECT_EQ(reports[1].trained_tokens, 30);
  EXPECT_EQ(reports[1].iters, 7);
  EXPECT_EQ(reports[1].learning_rate, 0.1);
  EXPECT_GT(reports[1].peak_memory_bytes, 0);
  EXPECT_NEAR(
      reports[1].tokens_per_second,
      5 * reports[1].iterations_per_second,
      1e-6 * reports[1].tokens_per_second);
  const auto finished = bench.recorder.all<RunFinished>();
  ASSERT_EQ(finished.size(), 1u);
  EXPECT_EQ(finished[0].iterations, 7);
  EXPECT_EQ(finished[0].adapter_path, "adapters");
  EXPECT_EQ(finished[0].final_train_loss, reports[2].loss);
  EXPECT_LE(finished[0].train_seconds, finished[0].seconds);
}

TEST(Trainer, UsesThePartialWindowAtTheEnd) {
  Bench bench;
  auto plan = short_plan();
  plan.iters = 2;
  plan.grad_accumulation_steps = 8;
  const auto finished = bench.run(plan);
  EXPECT_LT(finished.final_valid_loss, std::log(2.0) - 0.1);
}

TEST(Trainer, UpdatesOnlyAtTheEndOfAWindow) {
  Bench bench;
  auto plan = short_plan();
  plan.iters = 4;
  plan.steps_per_eval = 1;
  plan.grad_accumulation_steps = 2;
  bench.run(plan);
  std::vector<double> losses;
  for (const auto& done : bench.recorder.all<EvaluationDone>()) {
    losses.push_back(done.loss);
  }
  ASSERT_EQ(losses.size(), 5u);
  EXPECT_EQ(losses[0], losses[1]);
  EXPECT_LT(losses[2], losses[1]);
  EXPECT_EQ(losses[2], losses[3]);
  EXPECT_LT(losses[4], losses[3]);
}

TEST(Trainer, GivesEveryStepItsOwnDropoutKeyOnlyWhenThereIsDropout) {
  Bench without, with;
  without.run(short_plan());
  EXPECT_TRUE(without.model.keys.empty());
  auto plan = short_plan();
  plan.dropout = 0.1;
  with.run(plan);
  ASSERT_EQ(with.model.keys.size(), 7u);
  EXPECT_FALSE(
      mx::array_equal(with.model.keys[0], with.model.keys[1]).item<bool>());
}

TEST(Trainer, GivesTheSameWeightsForTheSameSeed) {
  Bench one, two;
  one.run(short_plan());
  two.run(short_plan());
  EXPECT_TRUE(
      mx::array_equal(one.model.table->value, two.model.table->value)
          .item<bool>());
}

// Asks to stop when a step is done.
class Stopper : public Recorder {
 public:
  void on(const Event& event) override {
    Recorder::on(event);
    const auto* step = std::get_if<StepDone>(&event);
    if (step && step->iteration == 2) {
      cancel.request(Cancel::Reason::interrupted);
    }
  }
  Cancel cancel;
};

TEST(Trainer, SavesAndReturnsWhenCancelled) {
  Bench bench;
  Stopper stopper;
  auto plan = short_plan();
  plan.save_every = 100;
  TrainerSetup setup{
      bench.model,
      data::Batches(alternating(), 2, 0),
      {},
      plan,
      stopper,
      [&](int iteration) { bench.saves.push_back(iteration); },
      "adapters"};
  const auto finished = Trainer(std::move(setup)).run(&stopper.cancel);
  EXPECT_EQ(finished.iterations, 2);
  EXPECT_THAT(bench.saves, ElementsAre(2));
  EXPECT_TRUE(std::isnan(finished.final_valid_loss));
}

} // namespace
} // namespace temper::train
