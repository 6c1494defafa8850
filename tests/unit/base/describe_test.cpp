#include "base/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "temper/config.h"

namespace temper {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> lines(const std::vector<Issue>& issues) {
  std::vector<std::string> out;
  for (const Issue& issue : issues)
    out.push_back(describe_issues({issue}));
  return out;
}

TEST(Describe, AFlagIsTheKeyWithDashesAndTheGroupsShortName) {
  EXPECT_EQ(describing::flag_name("", "batch_size"), "--batch-size");
  EXPECT_EQ(describing::flag_name("lora_parameters", "rank"), "--lora-rank");
}

TEST(Describe, ReadsEveryKindOfValueFromFlags) {
  TrainConfig config;
  std::vector<Issue> issues;
  set_from_flags(
      config,
      {{"train", {}},
       {"num_layers", {"-1"}},
       {"learning_rate", {"2e-4"}},
       {"lora_parameters.rank", {"4"}},
       {"lora_parameters.keys", {"self_attn.q_proj", "mlp.up_proj"}},
       {"adapter_path", {"out"}}},
      issues);
  EXPECT_TRUE(issues.empty());
  EXPECT_TRUE(config.train);
  EXPECT_EQ(config.num_layers, -1);
  EXPECT_DOUBLE_EQ(config.learning_rate, 2e-4);
  EXPECT_EQ(config.lora_parameters.rank, 4);
  EXPECT_THAT(
      config.lora_parameters.keys,
      ElementsAre("self_attn.q_proj", "mlp.up_proj"));
  EXPECT_EQ(config.adapter_path, "out");
}

TEST(Describe, ListsEveryFlagThatCannotBeRead) {
  TrainConfig config;
  std::vector<Issue> issues;
  set_from_flags(
      config,
      {{"iters", {"ten"}},
       {"batch_size", {"4.5"}},
       {"learning_rate", {"inf"}},
       {"seed", {"99999999999999999999"}}},
      issues);
  EXPECT_THAT(
      lines(issues),
      ElementsAre(
          "--learning-rate: \"inf\" is not a finite number.",
          "--iters: \"ten\" is not a whole number.",
          "--batch-size: \"4.5\" is not a whole number.",
          "--seed: \"99999999999999999999\" is not a whole number."));
}

TEST(Describe, RefusesUnknownKeysWithTheNearestOne) {
  TrainConfig config;
  std::vector<Issue> issues;
  const Json json = Json::parse(
      R"({"batch_sise": 2, "lora_parameters": {"rnk": 4}, "zzz": 1})");
  set_from_json(config, json, issues);
  EXPECT_THAT(
      lines(issues),
      ::testing::UnorderedElementsAre(
          "lora_parameters.rnk: is not an option. Did you mean rank?",
          "batch_sise: is not an option. Did you mean batch_size?",
          "zzz: is not an option."));
}

TEST(Describe, NullInAFileLeavesTheDefault) {
  TrainConfig config;
  std::vector<Issue> issues;
  set_from_json(
      config,
      Json::parse(R"({"iters": null, "lora_parameters": null})"),
      issues);
  EXPECT_TRUE(issues.empty());
  EXPECT_EQ(config.iters, 1000);
}

TEST(Describe, AWrongTypeInAFileIsNamed) {
  TrainConfig config;
  std::vector<Issue> issues;
  set_from_json(
      config,
      Json::parse(R"({"iters": "5", "train": 1, "seed": 1.5})"),
      issues);
  EXPECT_THAT(
      lines(issues),
      ElementsAre(
          "train: 1 is neither true nor false.",
          "iters: \"5\" is not a whole number.",
          "seed: 1.5 is not a whole number."));
}

TEST(Describe, ChecksRunOnValuesAndOnOptionalOnesThatAreSet) {
  TrainConfig config;
  std::vector<Issue> issues;
  check_options(config, issues);
  EXPECT_TRUE(issues.empty());
  config.batch_size = 0;
  config.optimizer = "sgdx";
  config.train_on = "none";
  check_options(config, issues);
  EXPECT_THAT(
      lines(issues),
      ElementsAre(
          "--optimizer: sgdx must be one of adam, adamw.",
          "--batch-size: 0 must be at least 1.",
          "--train-on: none must be one of all, assistant, last."));
}

TEST(Describe, ASavedConfigReadsBackEqual) {
  TrainConfig config;
  config.model = "m";
  config.num_layers = 3;
  config.lora_parameters.keys = {"mlp.up_proj"};
  TrainConfig again;
  std::vector<Issue> issues;
  set_from_json(again, to_json(config), issues);
  EXPECT_TRUE(issues.empty());
  EXPECT_EQ(to_json(again).dump(), to_json(config).dump());
}

} // namespace
} // namespace temper
