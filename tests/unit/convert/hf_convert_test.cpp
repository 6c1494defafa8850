// Hugging Face folders, converted and read back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file_system.h"
#include "base/json.h"
#include "convert/floats.h"
#include "convert/shards.h"
#include "io/safetensors.h"
#include "temper/convert.h"
#include "temper/error.h"
#include "unit/convert/tiny_gguf.h"

namespace temper::conversion {
namespace {

using io::ElementType;
using test::TemporaryFolder;
using testing::HasSubstr;

const float kValues[] = {1.0f, -2.0f, 0.5f, 3.0f};

io::TensorToWrite tensor(const std::string& name) {
  return {name, ElementType::f32, {2, 2}, std::as_bytes(std::span(kValues))};
}

class HfConvert : public testing::Test {
 protected:
  HfConvert() {
    make_folders(in());
    config(R"({"model_type": "llama", "_name_or_path": "somewhere"})");
  }
  void config(const std::string& text) const {
    write_file_atomic(in() + "/config.json", text);
  }
  std::string in() const { return folder_ / "in"; }
  std::string out() const { return folder_ / "out"; }
  std::string failure(ErrorCode code) const {
    try {
      convert({in(), out()});
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.message();
      return error.message();
    }
    ADD_FAILURE() << "nothing was thrown";
    return "";
  }

  TemporaryFolder folder_;
};

TEST_F(HfConvert, shards_come_together_and_keep_their_bytes) {
  io::write_safetensors(in() + "/model-1.safetensors", {tensor("a")}, {});
  io::write_safetensors(
      in() + "/model-2.safetensors",
      {tensor("b"), tensor("layers.0.rotary_emb.inv_freq")},
      {});
  write_file_atomic(in() + "/tokenizer.json", "{}");
  const auto result = convert({in(), out()});
  EXPECT_EQ(result.tensors, 2);
  EXPECT_EQ(result.parameters, 8);
  EXPECT_EQ(result.bytes, 32);
  const auto file = io::SafetensorsFile::open(out() + "/model.safetensors");
  const auto bytes = file.bytes(*file.find("b"));
  EXPECT_EQ(std::memcmp(bytes.data(), kValues, sizeof kValues), 0);
  EXPECT_EQ(read_file(out() + "/tokenizer.json"), "{}");
  EXPECT_EQ(
      read_file(out() + "/config.json"), "{\n    \"model_type\": \"llama\"\n}");
  const std::string index = out() + "/model.safetensors.index.json";
  EXPECT_EQ(
      parse_json(read_file(index), index),
      Json::parse(R"({"metadata": {"total_parameters": 8, "total_size": 32},
        "weight_map": {"a": "model.safetensors", "b": "model.safetensors"}})"));
}

TEST_F(HfConvert, dtype_casts_floats) {
  io::write_safetensors(in() + "/model.safetensors", {tensor("a")}, {});
  ConvertConfig config{in(), out()};
  config.dtype = "float16";
  convert(config);
  const auto file = io::SafetensorsFile::open(out() + "/model.safetensors");
  ASSERT_EQ(file.find("a")->type, ElementType::f16);
  const auto bytes = file.bytes(*file.find("a"));
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(read_float(bytes.data() + 2 * i, ElementType::f16), kValues[i]);
  }
}

TEST_F(HfConvert, a_tied_head_is_left_out) {
  config(R"({"model_type": "llama", "tie_word_embeddings": true})");
  io::write_safetensors(
      in() + "/model.safetensors", {tensor("a"), tensor("lm_head.weight")}, {});
  EXPECT_EQ(convert({in(), out()}).tensors, 1);
}

TEST_F(HfConvert, a_folder_without_weights_is_refused) {
  EXPECT_EQ(
      failure(ErrorCode::not_found),
      in() +
          ": found no model*.safetensors. Give the folder of a model in the "
          "safetensors format, or a .gguf file.");
  EXPECT_FALSE(exists(out()));
}

TEST_F(HfConvert, an_index_cannot_reach_outside_the_folder) {
  write_file_atomic(
      in() + "/model.safetensors.index.json",
      R"({"weight_map": {"a": "../secret.safetensors"}})");
  EXPECT_EQ(
      failure(ErrorCode::corrupt_file),
      in() +
          "/model.safetensors.index.json: \"weight_map\" places a in "
          "\"../secret.safetensors\"; expected the name of a file beside it.");
}

TEST_F(HfConvert, a_tensor_in_two_shards_is_refused) {
  io::write_safetensors(in() + "/model-1.safetensors", {tensor("a")}, {});
  io::write_safetensors(in() + "/model-2.safetensors", {tensor("a")}, {});
  EXPECT_THAT(
      failure(ErrorCode::corrupt_file),
      HasSubstr("the tensor a is in two shards"));
}

TEST_F(HfConvert, weights_that_others_quantized_are_refused) {
  config(R"({"quantization_config": {"quant_method": "gptq"}})");
  io::write_safetensors(in() + "/model.safetensors", {tensor("a")}, {});
  EXPECT_THAT(
      failure(ErrorCode::incompatible),
      HasSubstr("the weights are quantized with gptq"));
}

TEST_F(HfConvert, a_shard_is_filled_up_to_its_limit) {
  std::vector<OutputTensor> tensors;
  for (const char* name : {"a", "b", "c"}) {
    tensors.push_back({name, ElementType::f32, {2, 2}, 4});
    tensors.back().view = std::as_bytes(std::span(kValues));
  }
  make_folders(out());
  const auto written = write_weights(out(), tensors, /* shard_bytes= */ 32);
  EXPECT_EQ(written.bytes, 48);
  const std::string index = out() + "/model.safetensors.index.json";
  const Json map = parse_json(read_file(index), index)["weight_map"];
  EXPECT_EQ(map["a"], "model-00001-of-00002.safetensors");
  EXPECT_EQ(map["b"], "model-00001-of-00002.safetensors");
  EXPECT_EQ(map["c"], "model-00002-of-00002.safetensors");
  const auto last =
      io::SafetensorsFile::open(out() + "/model-00002-of-00002.safetensors");
  EXPECT_EQ(last.tensors().size(), 1u);
}

} // namespace
} // namespace temper::conversion
