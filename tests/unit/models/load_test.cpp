#include "models/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mlx/transforms.h>

#include "temper/error.h"
#include "unit/models/tiny_folder.h"

namespace temper::models {
namespace {

namespace mx = mlx::core;

std::string message_of(const std::string& folder, ErrorCode expected) {
  try {
    load_model(folder);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), expected);
    return error.message();
  }
  return "nothing was thrown";
}

mx::array run(nn::CausalLM& model) {
  auto tokens = mx::array({1, 5, 9, 30});
  return model.logits(model.hidden(tokens, nn::TokenGrid::dense(1, 4)));
}

bool same(const mx::array& a, const mx::array& b) {
  return mx::array_equal(a, b).item<bool>();
}

TEST(Load, tells_the_shape_and_counts_each_weight) {
  auto model = load_model(write_tiny("shape"));
  const nn::ModelShape& shape = model->shape();
  EXPECT_EQ(shape.model_type, "llama");
  EXPECT_EQ(shape.vocab_size, 32);
  EXPECT_EQ(shape.hidden_size, 16);
  EXPECT_EQ(shape.num_layers, 2);
  std::int64_t count = 0;
  for (const auto& [name, value] : tiny_tensors())
    count += value.size();
  EXPECT_EQ(shape.parameter_count, count);
  EXPECT_EQ(model->parameters().size(), tiny_tensors().size());
}

TEST(Load, shards_make_the_same_model_as_one_file) {
  auto whole = load_model(write_tiny("whole"));
  std::string folder = write_tiny("shards");
  std::filesystem::remove(folder + "/model.safetensors");
  Tensors odd, even;
  for (const auto& item : tiny_tensors()) {
    (odd.size() < even.size() ? odd : even).insert(item);
  }
  save_tensors(folder + "/model-00001-of-00002.safetensors", odd);
  save_tensors(folder + "/model-00002-of-00002.safetensors", even);
  EXPECT_TRUE(same(run(*load_model(folder)), run(*whole)));
}

TEST(Load, lists_every_missing_unexpected_and_misshapen_tensor) {
  auto tensors = tiny_tensors();
  tensors.erase("model.layers.0.mlp.up_proj.weight");
  tensors.insert_or_assign(
      "model.layers.1.self_attn.k_proj.weight", mx::zeros({16, 16}));
  tensors.insert_or_assign("model.norm.weight", mx::zeros({16}, mx::int32));
  tensors.emplace("model.layers.2.mlp.up_proj.weight", mx::zeros({24, 16}));
  std::string folder = write_tiny("faults", tiny_config(), tensors);
  EXPECT_EQ(
      message_of(folder, ErrorCode::incompatible),
      folder +
          ": the weights do not fit config.json.\n"
          "model.norm.weight: has type I32; F32 or F16 or BF16 was expected.\n"
          "model.layers.0.mlp.up_proj.weight: is missing; [24, 16] was "
          "expected.\n"
          "model.layers.1.self_attn.k_proj.weight: has shape [16, 16]; "
          "[8, 16] was expected.\n"
          "model.layers.2.mlp.up_proj.weight: is unexpected; this kind of "
          "model has no such tensor.\n"
          "Give the weights and the config.json of one and the same model.");
}

TEST(Load, a_tensor_in_two_files_is_a_fault) {
  std::string folder = write_tiny("twice");
  Tensors again = {{"model.norm.weight", mx::zeros({16})}};
  save_tensors(folder + "/model-2.safetensors", again);
  EXPECT_THAT(
      message_of(folder, ErrorCode::incompatible),
      testing::HasSubstr(
          "model.norm.weight: is in two of the folder's files."));
}

TEST(Load, a_head_beside_tied_embeddings_and_rope_tables_are_left_out) {
  auto tensors = tiny_tensors();
  tensors.emplace("lm_head.weight", mx::zeros({32, 16}));
  tensors.emplace(
      "model.layers.0.self_attn.rotary_emb.inv_freq", mx::zeros({2}));
  auto model = load_model(write_tiny("tied", tiny_config(), tensors));
  EXPECT_TRUE(same(run(*model), run(*load_model(write_tiny("plain")))));
}

TEST(Load, without_the_key_a_head_in_the_file_is_the_head) {
  auto config = tiny_config();
  config.erase("tie_word_embeddings");
  auto tensors = tiny_tensors();
  tensors.emplace("lm_head.weight", mx::zeros({32, 16}));
  auto model = load_model(write_tiny("untold", config, tensors));
  EXPECT_TRUE(same(run(*model), mx::zeros({4, 32})));
}

TEST(Load, an_unknown_kind_is_told_what_there_is) {
  auto config = tiny_config();
  config["model_type"] = "gpt2";
  EXPECT_EQ(
      message_of(write_tiny("kind", config), ErrorCode::incompatible),
      "config.json: model_type \"gpt2\" is not supported; these are: llama, "
      "mistral, qwen2, qwen3, smollm3.");
}

TEST(Load, sizes_out_of_range_are_refused_before_anything_is_made) {
  for (Json bad : {Json(-1), Json(0), Json(1e300), Json("many"), Json(1.5)}) {
    auto config = tiny_config();
    config["hidden_size"] = bad;
    EXPECT_EQ(
        message_of(write_tiny("sizes", config), ErrorCode::incompatible),
        "config.json: hidden_size is " + bad.dump() +
            "; a whole number from 1 to 1048576 was expected.");
  }
}

TEST(Load, missing_sizes_are_named) {
  auto config = tiny_config();
  config.erase("vocab_size");
  EXPECT_EQ(
      message_of(write_tiny("absent", config), ErrorCode::incompatible),
      "config.json: vocab_size is missing; a whole number from 1 to 16777216 "
      "was expected.");
}

TEST(Load, attention_windows_are_refused) {
  auto config = tiny_config();
  config["layer_types"] = {"full_attention", "sliding_attention"};
  EXPECT_EQ(
      message_of(write_tiny("window", config), ErrorCode::incompatible),
      "config.json: layer_types has \"sliding_attention\"; only "
      "\"full_attention\" is supported for this kind of model.");
}

TEST(Load, packings_of_other_programs_are_refused) {
  auto config = tiny_config();
  config["quantization_config"] = {{"quant_method", "gptq"}, {"bits", 4}};
  EXPECT_EQ(
      message_of(write_tiny("gptq", config), ErrorCode::incompatible),
      "config.json: quantization_config is "
      "{\"quant_method\":\"gptq\",\"bits\":4}; only MLX's own packing "
      "(group_size, bits, mode) is read. Use the model's unquantized form.");
}

TEST(Load, a_folder_without_weights_is_not_a_model) {
  std::string folder = write_tiny("bare");
  std::filesystem::remove(folder + "/model.safetensors");
  EXPECT_EQ(
      message_of(folder, ErrorCode::not_found),
      folder +
          ": has no model*.safetensors. Give the folder of a model (temper "
          "convert makes one).");
}

TEST(Load, dense_weights_take_the_compute_type) {
  LoadOptions options;
  options.compute_dtype = mx::bfloat16;
  auto model = load_model(write_tiny("bf16"), options);
  for (const auto& p : model->parameters()) {
    EXPECT_EQ(p->value.dtype(), mx::bfloat16) << p->name;
  }
  EXPECT_EQ(run(*model).dtype(), mx::bfloat16);
}

} // namespace
} // namespace temper::models
