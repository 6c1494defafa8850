#include "pipeline/plan.h"

#include <gtest/gtest.h>

#include "temper/error.h"

namespace temper::pipeline {
namespace {

TrainConfig sound() {
  TrainConfig config;
  config.model = "m";
  config.data = "d";
  config.train = true;
  return config;
}

std::string faults(const TrainConfig& config) {
  try {
    check_config(config);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_config);
    return error.message();
  }
  return "";
}

TEST(Plan, NamesEveryFaultAtOnce) {
  EXPECT_EQ(
      faults(TrainConfig{}),
      "--train, --test: neither is given. Give one of them, or both.\n"
      "--model: is missing. Give a model's folder.\n"
      "--data: is missing. Give a folder with train.jsonl.");
  EXPECT_EQ(faults(sound()), "");
}

TEST(Plan, RefusesOptionsThatWouldDoNothing) {
  TrainConfig config = sound();
  config.train = false;
  config.test = true;
  config.resume_adapter_file = "a.safetensors";
  EXPECT_EQ(
      faults(config),
      "--resume-adapter-file: does nothing without --train. To test an "
      "adapter, name its folder with --adapter-path.");
}

TEST(Plan, MaskPromptContradictsTrainingOnAll) {
  TrainConfig config = sound();
  config.mask_prompt = true;
  config.train_on = "all";
  EXPECT_EQ(
      faults(config),
      "--mask-prompt, --train-on all: contradict each other. Leave one of "
      "them out.");
}

TEST(Plan, AdaptsTheLastSixteenBlocksOrAllOfASmallerModel) {
  TrainConfig config = sound();
  EXPECT_EQ(adapted_layers(config, 30), 16);
  EXPECT_EQ(adapted_layers(config, 12), 12);
  config.num_layers = -1;
  EXPECT_EQ(adapted_layers(config, 30), 30);
  config.num_layers = 4;
  EXPECT_EQ(adapted_layers(config, 30), 4);
}

TEST(Plan, TheSavedConfigHasKeysOnlyWhenTheyWereGiven) {
  TrainConfig config = sound();
  EXPECT_FALSE(adapter_config(config, 30)["lora_parameters"].contains("keys"));
  EXPECT_EQ(adapter_config(config, 30)["num_layers"], 16);
  config.lora_parameters.keys = {"mlp.up_proj"};
  EXPECT_EQ(
      adapter_config(config, 30)["lora_parameters"]["keys"][0], "mlp.up_proj");
}

} // namespace
} // namespace temper::pipeline
