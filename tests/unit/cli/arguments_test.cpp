#include "cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "temper/config.h"

namespace temper::cli {
namespace {

CommandSyntax syntax() {
  return {
      .name = "lora",
      .summary = "Train.",
      .footer = "",
      .options = list_options(TrainConfig{}),
      .extras = {{"config", "c", "FILE", "Options from a file."}},
      .refused = {{"--report-to", "comes later."}},
      .short_names = {},
      .aliases = {{"base", "model"}},
  };
}

std::string failure(const std::vector<std::string>& words) {
  try {
    parse_command(syntax(), words);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::usage);
    return error.message();
  }
  return "";
}

TEST(Arguments, ReadsSwitchesValuesListsAndExtras) {
  const auto parsed = parse_command(
      syntax(),
      {"--train",
       "--iters",
       "5",
       "--lora-keys",
       "a",
       "b",
       "-c",
       "x.yaml",
       "--base",
       "m",
       "--num-layers",
       "-1",
       "--batch-size=2"});
  EXPECT_TRUE(parsed.options.contains("train"));
  EXPECT_FALSE(parsed.options.contains("test"));
  EXPECT_EQ(parsed.options.at("iters").back(), "5");
  EXPECT_EQ(parsed.options.at("num_layers").back(), "-1");
  EXPECT_EQ(parsed.options.at("batch_size").back(), "2");
  EXPECT_EQ(parsed.options.at("model").back(), "m");
  EXPECT_THAT(
      parsed.options.at("lora_parameters.keys"),
      ::testing::ElementsAre("a", "b"));
  EXPECT_EQ(parsed.extras.at("config").back(), "x.yaml");
}

TEST(Arguments, AnUnknownFlagIsAnsweredWithTheNearest) {
  EXPECT_EQ(
      failure({"--batchsize", "4"}),
      "temper lora has no option --batchsize. Did you mean --batch-size?");
  EXPECT_EQ(
      failure({"--qqqqqqqqqqqqqq"}),
      "temper lora has no option --qqqqqqqqqqqqqq. See temper lora --help.");
}

TEST(Arguments, AFlagThatComesLaterIsRefusedByName) {
  EXPECT_EQ(failure({"--report-to", "wandb"}), "--report-to: comes later.");
}

TEST(Arguments, AStrayWordIsRefused) {
  EXPECT_EQ(
      failure({"--train", "now"}),
      "temper lora: unexpected word \"now\". Options begin with --; see temper "
      "lora --help.");
}

TEST(Arguments, HelpNamesEveryOptionAndStaysWithin80Columns) {
  const std::string help = help_text(syntax());
  for (const auto& option : syntax().options) {
    EXPECT_NE(help.find(option.flag), std::string::npos) << option.flag;
  }
  std::istringstream stream(help);
  for (std::string line; std::getline(stream, line);) {
    EXPECT_LE(line.size(), 80u) << line;
  }
}

} // namespace
} // namespace temper::cli
