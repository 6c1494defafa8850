// A tiny llama as GGUF, converted and read back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file_system.h"
#include "base/json.h"
#include "convert/floats.h"
#include "convert/llama3_rope.h"
#include "io/safetensors.h"
#include "temper/convert.h"
#include "temper/error.h"
#include "unit/convert/tiny_gguf.h"

namespace temper::conversion {
namespace {

using io::ElementType;
using test::TemporaryFolder;
using test::TinyGguf;
using testing::HasSubstr;

constexpr int kWidth = 32, kTokens = 6;

std::string floats(int count, float first) {
  std::string bytes;
  for (int i = 0; i < count; ++i)
    TinyGguf::put(bytes, first + float(i));
  return bytes;
}

// Row r has scale r + 1 and minimum -r; its quants count up from 0.
std::string q4_1_rows(int rows) {
  std::string bytes;
  for (int r = 0; r < rows; ++r) {
    TinyGguf::put(bytes, float_to_half(float(r + 1)));
    TinyGguf::put(bytes, float_to_half(float(-r)));
    for (int i = 0; i < 16; ++i) {
      TinyGguf::put(bytes, std::uint8_t(i | (15 - i) << 4));
    }
  }
  return bytes;
}

void add_tokenizer(TinyGguf& file, const std::string& pre) {
  file.text("tokenizer.ggml.model", "gpt2");
  file.text("tokenizer.ggml.pre", pre);
  file.texts(
      "tokenizer.ggml.tokens", {"<s>", "</s>", "a", "b", "ab", "<tool>"});
  file.counts("tokenizer.ggml.token_type", {3, 3, 1, 1, 1, 4});
  file.texts("tokenizer.ggml.merges", {"a b"});
  file.count("tokenizer.ggml.bos_token_id", 0);
  file.count("tokenizer.ggml.eos_token_id", 1);
  file.text("tokenizer.chat_template", "{{ messages }}");
}

TinyGguf tiny_llama(const std::string& pre = "smollm") {
  TinyGguf file;
  file.text("general.architecture", "llama");
  file.count("llama.block_count", 1);
  file.count("llama.context_length", 64);
  file.count("llama.embedding_length", kWidth);
  file.count("llama.feed_forward_length", 32);
  file.count("llama.attention.head_count", 2);
  file.count("llama.attention.head_count_kv", 1);
  file.number("llama.attention.layer_norm_rms_epsilon", 1e-5f);
  file.number("llama.rope.freq_base", 100000.0f);
  add_tokenizer(file, pre);
  file.tensor(
      "token_embd.weight",
      {kTokens, kWidth},
      test::kF32,
      floats(kTokens * kWidth, 0));
  file.tensor("blk.0.attn_q.weight", {32, kWidth}, test::kQ4_1, q4_1_rows(32));
  file.tensor("output_norm.weight", {kWidth}, test::kF32, floats(kWidth, 1));
  return file;
}

// Element `index` of a float tensor in a converted folder.
float value(
    const std::string& folder,
    const std::string& name,
    std::size_t index) {
  const auto file = io::SafetensorsFile::open(folder + "/model.safetensors");
  const auto* info = file.find(name);
  if (!info) throw std::runtime_error("no " + name);
  const auto bytes = file.bytes(*info);
  return read_float(
      bytes.data() + index * io::element_size(info->type), info->type);
}

Json json(const std::string& path) {
  return parse_json(read_file(path), path);
}

std::string failure(const ConvertConfig& config, ErrorCode code) {
  try {
    convert(config);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.message();
    return error.message();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

class GgufConvert : public testing::Test {
 protected:
  ConvertResult run(const TinyGguf& file, ConvertConfig config = {}) {
    file.write(folder_ / "tiny.gguf");
    config.hf_path = folder_ / "tiny.gguf";
    config.mlx_path = folder_ / "out";
    return convert(config);
  }
  std::string refusal(const TinyGguf& file, ErrorCode code) {
    file.write(folder_ / "tiny.gguf");
    return failure({folder_ / "tiny.gguf", folder_ / "out"}, code);
  }
  std::string out() const { return folder_ / "out"; }

  TemporaryFolder folder_;
};

TEST_F(GgufConvert, config_says_what_the_metadata_says) {
  run(tiny_llama());
  const Json config = json(out() + "/config.json");
  EXPECT_EQ(config["model_type"], "llama");
  EXPECT_EQ(config["hidden_size"], 32);
  EXPECT_EQ(config["intermediate_size"], 32);
  EXPECT_EQ(config["num_hidden_layers"], 1);
  EXPECT_EQ(config["num_attention_heads"], 2);
  EXPECT_EQ(config["num_key_value_heads"], 1);
  EXPECT_EQ(config["head_dim"], 16);
  EXPECT_EQ(config["vocab_size"], kTokens);
  EXPECT_EQ(config["rms_norm_eps"], 1e-5); // not the float32's 9.99999974e-06
  EXPECT_EQ(config["rope_theta"], 100000.0);
  EXPECT_EQ(config["tie_word_embeddings"], true);
  EXPECT_EQ(
      config["quantization"]["model.layers.0.self_attn.q_proj"]["bits"], 4);
  EXPECT_FALSE(config["quantization"].contains("model.embed_tokens"));
  EXPECT_EQ(config["quantization"], config["quantization_config"]);
  EXPECT_EQ(json(out() + "/generation_config.json")["eos_token_id"], 1);
}

TEST_F(GgufConvert, quantized_rows_of_q_move_back_with_their_scales) {
  const auto result = run(tiny_llama());
  EXPECT_EQ(result.tensors, 5);
  EXPECT_EQ(result.parameters, 6 * 32 + 32 * 32 + 32);
  const std::string q = "model.layers.0.self_attn.q_proj";
  // Heads of 16: stored row 2 j + s is row 8 s + j; row 1 was stored third,
  // row 8 second, row 17 as the third of the second head.
  EXPECT_EQ(value(out(), q + ".scales", 1), 3.0f);
  EXPECT_EQ(value(out(), q + ".biases", 1), -2.0f);
  EXPECT_EQ(value(out(), q + ".scales", 8), 2.0f);
  EXPECT_EQ(value(out(), q + ".scales", 17), 19.0f);
}

TEST_F(GgufConvert, dequantized_weights_are_dense_and_in_the_same_order) {
  ConvertConfig config;
  config.dequantize = true;
  config.dtype = "float32";
  run(tiny_llama(), config);
  const std::string q = "model.layers.0.self_attn.q_proj.weight";
  // Row 1 has scale 3 and minimum -2; quants 0, 1, ... 15, 15, 14, ... 0.
  EXPECT_EQ(value(out(), q, 32 + 0), -2.0f);
  EXPECT_EQ(value(out(), q, 32 + 15), 43.0f);
  EXPECT_EQ(value(out(), q, 32 + 16), 43.0f);
  EXPECT_EQ(value(out(), q, 32 + 31), -2.0f);
  EXPECT_FALSE(json(out() + "/config.json").contains("quantization"));
}

TEST_F(GgufConvert, dtype_is_that_of_dense_tensors_scales_and_biases) {
  ConvertConfig config;
  config.dtype = "bfloat16";
  run(tiny_llama(), config);
  const auto file = io::SafetensorsFile::open(out() + "/model.safetensors");
  for (const auto& tensor : file.tensors()) {
    const bool packed = tensor.name.ends_with("q_proj.weight");
    EXPECT_EQ(tensor.type, packed ? ElementType::u32 : ElementType::bf16)
        << tensor.name;
  }
  EXPECT_EQ(file.metadata().at("format"), "mlx");
  EXPECT_EQ(json(out() + "/config.json")["torch_dtype"], "bfloat16");
}

TEST_F(GgufConvert, the_tokenizer_has_ids_merges_and_special_tokens) {
  run(tiny_llama());
  const Json tokenizer = json(out() + "/tokenizer.json");
  EXPECT_EQ(tokenizer["model"]["vocab"]["ab"], 4);
  EXPECT_EQ(tokenizer["model"]["merges"], Json::array({"a b"}));
  ASSERT_EQ(tokenizer["added_tokens"].size(), 3u);
  EXPECT_EQ(tokenizer["added_tokens"][1]["content"], "</s>");
  EXPECT_EQ(tokenizer["added_tokens"][1]["special"], true);
  EXPECT_EQ(tokenizer["added_tokens"][2]["id"], 5);
  EXPECT_EQ(tokenizer["added_tokens"][2]["special"], false);
  EXPECT_EQ(
      tokenizer["pre_tokenizer"]["pretokenizers"][0]["individual_digits"],
      true);
  const Json config = json(out() + "/tokenizer_config.json");
  EXPECT_EQ(config["bos_token"], "<s>");
  EXPECT_EQ(config["eos_token"], "</s>");
  EXPECT_EQ(config["chat_template"], "{{ messages }}");
}

TEST_F(GgufConvert, llama_bpe_puts_bos_first_unless_the_file_says_no) {
  run(tiny_llama("llama-bpe"));
  const Json post = json(out() + "/tokenizer.json")["post_processor"];
  EXPECT_EQ(post["processors"][1]["special_tokens"]["<s>"]["ids"][0], 0);
  std::filesystem::remove_all(out());
  auto file = tiny_llama("llama-bpe");
  file.flag("tokenizer.ggml.add_bos_token", false);
  run(file);
  EXPECT_EQ(
      json(out() + "/tokenizer.json")["post_processor"]["type"], "ByteLevel");
}

TEST_F(GgufConvert, an_unknown_pre_tokenizer_is_named) {
  EXPECT_EQ(
      refusal(tiny_llama("viking"), ErrorCode::incompatible),
      (folder_ / "tiny.gguf") +
          ": the pre-tokenizer is viking; default, gpt-2, llama-bpe, qwen2 and "
          "smollm can be converted from GGUF. Convert the model's safetensors "
          "release.");
  EXPECT_FALSE(exists(out()));
}

TEST_F(GgufConvert, an_unknown_tensor_is_named) {
  auto file = tiny_llama();
  file.tensor("blk.0.ffn_gate_inp.weight", {4}, test::kF32, floats(4, 1));
  EXPECT_THAT(
      refusal(file, ErrorCode::incompatible),
      HasSubstr("the tensor blk.0.ffn_gate_inp.weight has no place"));
}

TEST_F(GgufConvert, rope_factors_that_are_not_llama_3s_are_refused) {
  auto file = tiny_llama();
  file.tensor("rope_freqs.weight", {4}, test::kF32, floats(4, 1));
  EXPECT_EQ(
      refusal(file, ErrorCode::incompatible),
      (folder_ / "tiny.gguf") +
          ": rope_freqs.weight is not Llama 3's rope scaling; no other can be "
          "converted from GGUF. Convert the model's safetensors release.");
}

TEST_F(GgufConvert, llama_3s_rope_factors_become_its_scaling) {
  auto file = tiny_llama();
  std::string bytes;
  for (double factor : llama3_factors(100000.0, 8, 32.0)) {
    TinyGguf::put(bytes, float(factor));
  }
  file.tensor("rope_freqs.weight", {8}, test::kF32, bytes);
  EXPECT_EQ(run(file).tensors, 5);
  const Json scaling = json(out() + "/config.json")["rope_scaling"];
  EXPECT_EQ(scaling["rope_type"], "llama3");
  EXPECT_EQ(scaling["factor"], 32.0);
  EXPECT_EQ(scaling["original_max_position_embeddings"], 8192);
}

TEST_F(GgufConvert, an_unknown_architecture_is_named) {
  TinyGguf file;
  file.text("general.architecture", "mamba");
  file.tensor("token_embd.weight", {2, 2}, test::kF32, floats(4, 0));
  EXPECT_THAT(
      refusal(file, ErrorCode::incompatible),
      HasSubstr("the architecture is mamba; llama, qwen2 and qwen3"));
}

TEST_F(GgufConvert, rows_that_do_not_divide_into_heads_are_refused) {
  auto file = tiny_llama();
  file.tensor(
      "blk.0.attn_k.weight", {3, kWidth}, test::kF32, floats(3 * kWidth, 0));
  EXPECT_EQ(
      refusal(file, ErrorCode::corrupt_file),
      (folder_ / "tiny.gguf") +
          ": blk.0.attn_k.weight has shape [3, 32]; expected rows for 1 heads "
          "of even width. Fetch the file again.");
}

TEST_F(GgufConvert, an_existing_target_is_left_alone) {
  tiny_llama().write(folder_ / "tiny.gguf");
  make_folders(out());
  EXPECT_EQ(
      failure({folder_ / "tiny.gguf", out()}, ErrorCode::invalid_config),
      "mlx_path: " + out() +
          " exists; expected a name that is free. Remove it or choose "
          "another.");
}

} // namespace
} // namespace temper::conversion
