#include "io/config_file.h"

#include <gtest/gtest.h>

#include <random>

#include "io/hf_config.h"
#include "unit/base/temp_folder.h"
#include "unit/io/bytes.h"

namespace temper::io {
namespace {

using temper::testing::error_of;
using temper::testing::TempFolder;

Json yaml(const std::string& text) {
  TempFolder folder;
  return read_yaml_file(folder.write("c.yaml", text));
}

std::string message(const std::string& text) {
  auto error = error_of([&] { yaml(text); });
  if (!error) return "nothing was thrown";
  EXPECT_EQ(error->code(), ErrorCode::invalid_config);
  return error->message();
}

TEST(ConfigFile, an_mlx_lm_configuration_is_read) {
  const std::string text = R"(# LoRA
model: "org/name"   # quoted
train: true
fine_tune_type: lora
seed: 0
val_batches: -1
learning_rate: 1e-5
resume_adapter_file: null
lora_parameters:
  keys: ["self_attn.q_proj", 'self_attn.v_proj']
  rank: 8
  scale: 20.0
  dropout: .5
lr_schedule:
  name: cosine_decay
  arguments:
    - 1e-5
    - 1000
)";
  EXPECT_EQ(
      yaml(text).dump(),
      R"({"model":"org/name","train":true,"fine_tune_type":"lora","seed":0,)"
      R"("val_batches":-1,"learning_rate":1e-05,"resume_adapter_file":null,)"
      R"("lora_parameters":{"keys":["self_attn.q_proj","self_attn.v_proj"],)"
      R"("rank":8,"scale":20.0,"dropout":0.5},"lr_schedule":{)"
      R"("name":"cosine_decay","arguments":[1e-05,1000]}})");
}

TEST(ConfigFile, plain_words_become_what_they_look_like) {
  const Json value = yaml(
      "a: [yes, No, on, OFF, True, y]\n"
      "b: [1e-5, 1E5, 1., +3, -0.5e+2, .5, 18446744073709551615]\n"
      "c: [1e, 010, 0x10, 1_000, 1.2.3, e5, -, .]\n"
      "d: [~, null, Null, ]\n"
      "e: ['1', \"true\", !!str 7]\n"
      "f:\n");
  EXPECT_EQ(value["a"].dump(), R"([true,false,true,false,true,"y"])");
  EXPECT_EQ(
      value["b"].dump(),
      "[1e-05,100000.0,1.0,3,-50.0,0.5,18446744073709551615]");
  EXPECT_EQ(
      value["c"].dump(), R"(["1e","010","0x10","1_000","1.2.3","e5","-","."])");
  EXPECT_EQ(value["d"].dump(), "[null,null,null]");
  EXPECT_EQ(value["e"].dump(), R"(["1","true","7"])");
  EXPECT_TRUE(value["f"].is_null());
  EXPECT_EQ(yaml("a: -.inf")["a"].get<double>(), -HUGE_VAL);
}

TEST(ConfigFile, an_empty_file_is_an_empty_object) {
  for (auto text : {"", "\n", "# only a comment\n", "---\n"}) {
    EXPECT_EQ(yaml(text).dump(), "{}") << text;
  }
}

TEST(ConfigFile, json_is_read_by_extension_and_as_yaml) {
  TempFolder folder;
  const std::string text = "{\"a\": 1,\n \"b\": [1e-5, \"x\"]}";
  const std::string expected = R"({"a":1,"b":[1e-05,"x"]})";
  EXPECT_EQ(read_yaml_file(folder.write("c.json", text)).dump(), expected);
  EXPECT_EQ(read_yaml_file(folder.write("c.yaml", text)).dump(), expected);
  EXPECT_FAILS(
      read_yaml_file(folder.write("c.json", "{\"a\":\n}")),
      invalid_config,
      "c.json: not valid JSON at line 2, column 1: unexpected '}'; expected "
      "'[', '{', or a literal.",
      folder);
}

TEST(ConfigFile, a_repeated_key_is_refused_with_its_line) {
  EXPECT_EQ(
      message("iters: 1\nlora:\n  rank: 2\n  rank: 3\n"),
      "c.yaml:4: the key \"rank\" is given twice. Keep one of them.");
}

TEST(ConfigFile, aliases_are_refused) {
  EXPECT_EQ(
      message("a: &x [1]\nb: *x\n"),
      "c.yaml:2: aliases (*name) are not supported. Write the value out.");
  EXPECT_EQ(
      message("a: &x [*x]\n"),
      "c.yaml:1: aliases (*name) are not supported. Write the value out.");
}

TEST(ConfigFile, tags_are_refused) {
  EXPECT_EQ(
      message("a: 1\nb: !!python/object:os.system x\n"),
      "c.yaml:2: the tag \"tag:yaml.org,2002:python/object:os.system\" is not "
      "supported. Remove it.");
  EXPECT_EQ(
      message("a: !thing {b: 1}\n"),
      "c.yaml:1: the tag \"!thing\" is not supported. Remove it.");
}

TEST(ConfigFile, nesting_is_limited) {
  auto nested = [](int depth) {
    return "a: " + std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(message(nested(63)), "nothing was thrown");
  EXPECT_EQ(
      message(nested(64)),
      "c.yaml:1: nested deeper than 64 levels. Flatten it.");
  // yaml-cpp may take an unclosed bracket for a key; either way it is refused.
  EXPECT_TRUE(
      message("a: " + std::string(100'000, '[')).starts_with("c.yaml:1: "));
}

TEST(ConfigFile, a_second_document_is_refused) {
  EXPECT_EQ(
      message("a: 1\n---\nb: 2\n"),
      "c.yaml:2: a second document. Keep one in a file.");
}

TEST(ConfigFile, keys_must_be_words) {
  EXPECT_EQ(
      message("? [1]\n: 2\n"), "c.yaml:1: a key is not a word. Quote it.");
  EXPECT_EQ(message("~: 2\n"), "c.yaml:1: a key is empty. Name it.");
}

TEST(ConfigFile, a_syntax_error_says_its_line) {
  EXPECT_EQ(
      message("a: 1\nb: [1, 2\n"),
      "c.yaml:3: not valid YAML: end of sequence flow not found. Correct the "
      "line.");
  EXPECT_EQ(
      message("a: 1\n  b: 2\n"),
      "c.yaml:2: not valid YAML: illegal map value. Correct the line.");
}

TEST(ConfigFile, a_list_or_a_word_is_refused) {
  EXPECT_EQ(
      message("- a\n"),
      "c.yaml: the file holds array, and options by name are expected. Write "
      "\"name: value\" lines.");
  EXPECT_EQ(
      message("word"),
      "c.yaml: the file holds string, and options by name are expected. Write "
      "\"name: value\" lines.");
}

TEST(ConfigFile, a_file_over_1_MiB_is_refused) {
  EXPECT_EQ(
      message("#" + std::string((1 << 20) - 1, ' ')), "nothing was thrown");
  TempFolder folder;
  EXPECT_FAILS(
      read_yaml_file(folder.write("c.yaml", "#" + std::string(1 << 20, ' '))),
      invalid_config,
      "c.yaml: 1048577 bytes, where at most 1048576 are expected. Check the "
      "file.",
      folder);
}

TEST(ConfigFile, bytes_that_are_not_utf8_are_refused) {
  EXPECT_EQ(
      message("a: 1\nb: \xff\n"),
      "c.yaml:2: not valid UTF-8. Save the file as UTF-8.");
}

TEST(ConfigFile, mutated_files_end_in_an_error_or_in_an_object) {
  TempFolder folder;
  const std::string text =
      "a: [1, {b: c}]\nd:\n  - e: \"f\\n\"\n  - |\n    g\n? h\n: !!str 1e-5\n";
  std::mt19937_64 random(2);
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    const auto path =
        folder.write("c.yaml", temper::testing::mutated(text, random));
    auto error =
        error_of([&] { EXPECT_TRUE(read_yaml_file(path).is_object()); });
    if (error) ++refused;
  }
  EXPECT_GT(refused, 1000);
}

TEST(HfConfig, config_json_of_a_folder_is_read) {
  TempFolder folder;
  folder.write("config.json", R"({"model_type": "llama"})");
  EXPECT_EQ(read_model_config(folder.path())["model_type"], "llama");
}

TEST(HfConfig, what_is_missing_is_named) {
  TempFolder folder;
  EXPECT_FAILS(
      read_model_config(folder / "no"),
      not_found,
      "no: there is no such model folder. Check the path.",
      folder);
  make_folders(folder / "m");
  EXPECT_FAILS(
      read_model_config(folder / "m"),
      not_found,
      "m: there is no config.json in it, so it is no model folder. Check the "
      "path.",
      folder);
}

TEST(HfConfig, a_config_that_is_not_an_object_is_refused) {
  TempFolder folder;
  folder.write("config.json", "[]");
  EXPECT_FAILS(
      read_model_config(folder.path()),
      corrupt_file,
      "config.json: the file holds array, and an object is expected. Download "
      "it again.",
      folder);
}

} // namespace
} // namespace temper::io
