#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mlx/ops.h>
#include <mlx/random.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "adapters/adapter_file.h"
#include "adapters/lora.h"
#include "nn/tensor_io.h"
#include "temper/error.h"

namespace temper::adapters {
namespace {

namespace mx = mlx::core;

// Nothing but sites: two blocks of q [4 -> 6] and up [4 -> 8], and a head.
class Sites : public nn::CausalLM {
 public:
  Sites() {
    shape_.num_layers = 2;
    for (int block : {0, 1}) {
      std::string prefix = "model.layers." + std::to_string(block) + ".";
      add(prefix, "self_attn.q_proj", block, 6);
      add(prefix, "mlp.up_proj", block, 8);
    }
    add("", "lm_head", -1, 10);
  }
  const nn::ModelShape& shape() const override { return shape_; }
  mx::array hidden(
      const mx::array& tokens,
      const nn::TokenGrid&,
      const nn::Forward&,
      nn::KvCache*) override {
    return tokens;
  }
  mx::array logits(const mx::array& hidden) override { return hidden; }
  nn::KvCache make_cache() const override { return nn::KvCache(2); }
  std::vector<nn::ParameterPtr> parameters() override {
    std::vector<nn::ParameterPtr> all;
    for (auto& place : places_)
      place.linear->append_to(all);
    return all;
  }
  std::vector<nn::AdapterSite> adapter_sites() override {
    std::vector<nn::AdapterSite> all;
    for (auto& p : places_) {
      all.push_back({p.linear->path(), p.inside, p.block, p.linear.get()});
    }
    return all;
  }

 private:
  struct Place {
    std::string inside;
    int block;
    std::unique_ptr<nn::Linear> linear;
  };
  void
  add(const std::string& prefix,
      const std::string& inside,
      int block,
      int outputs) {
    std::string path = prefix + inside;
    nn::WeightStore weight{
        nn::parameter(path + ".weight", mx::zeros({outputs, 4}))};
    int site = static_cast<int>(places_.size());
    places_.push_back(
        {inside,
         block,
         std::make_unique<nn::Linear>(path, site, weight, nullptr)});
  }

  nn::ModelShape shape_;
  std::vector<Place> places_;
};

LoraSpec spec(std::vector<std::string> keys = {}, int num_layers = 0) {
  return {2, 3.0f, 0.0f, std::move(keys), num_layers};
}

std::vector<std::string> trainable(nn::CausalLM& model) {
  std::vector<std::string> names;
  for (const auto& p : model.parameters()) {
    if (p->trainable) names.push_back(p->name);
  }
  return names;
}

nn::ParameterPtr find(nn::CausalLM& model, const std::string& name) {
  for (const auto& p : model.parameters()) {
    if (p->name == name) return p;
  }
  return nullptr;
}

template <class Act>
std::string message_of(ErrorCode expected, Act act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), expected);
    return error.message();
  }
  return "nothing was thrown";
}

std::string folder_for(const std::string& name) {
  auto path = std::filesystem::temp_directory_path() / ("temper_ad_" + name);
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path.string();
}

TEST(AttachLora, by_default_takes_every_layer_of_the_blocks) {
  Sites model;
  Attached done = attach_lora(model, spec(), mx::random::key(0));
  EXPECT_EQ(done.sites, 4);
  EXPECT_EQ(done.layers, 2);
  EXPECT_EQ(done.parameters, 2 * (2 * (4 + 6) + 2 * (4 + 8)));
  EXPECT_EQ(trainable(model).size(), 8u);
  EXPECT_EQ(find(model, "lm_head.lora_a"), nullptr);
}

TEST(AttachLora, counts_layers_from_the_end) {
  Sites model;
  Attached done = attach_lora(model, spec({}, 1), mx::random::key(0));
  EXPECT_EQ(done.layers, 1);
  EXPECT_THAT(
      trainable(model),
      testing::ElementsAre(
          "model.layers.1.self_attn.q_proj.lora_a",
          "model.layers.1.self_attn.q_proj.lora_b",
          "model.layers.1.mlp.up_proj.lora_a",
          "model.layers.1.mlp.up_proj.lora_b"));
}

TEST(AttachLora, keys_choose_inside_blocks_and_outside) {
  Sites model;
  auto chosen = spec({"self_attn.q_proj", "lm_head"}, 1);
  Attached done = attach_lora(model, chosen, mx::random::key(0));
  EXPECT_EQ(done.sites, 2);
  EXPECT_EQ(done.layers, 1);
  EXPECT_NE(find(model, "lm_head.lora_a"), nullptr);
}

TEST(AttachLora, a_is_uniform_and_b_is_zero_both_float32) {
  Sites model;
  LoraSpec wide = spec();
  wide.rank = 2000;
  attach_lora(model, wide, mx::random::key(0));
  auto a = find(model, "model.layers.0.mlp.up_proj.lora_a")->value;
  auto b = find(model, "model.layers.0.mlp.up_proj.lora_b")->value;
  EXPECT_EQ(a.dtype(), mx::float32);
  EXPECT_EQ(a.shape(), (mx::Shape{4, 2000}));
  EXPECT_EQ(b.shape(), (mx::Shape{2000, 8}));
  // Four inputs: +-1/2, so the mean of the squares is 1/12.
  EXPECT_LE(mx::max(mx::abs(a)).item<float>(), 0.5f);
  EXPECT_NEAR(mx::mean(mx::square(a)).item<float>(), 1 / 12.0f, 0.005f);
  EXPECT_EQ(mx::max(mx::abs(b)).item<float>(), 0.0f);
}

TEST(AttachLora, the_key_alone_decides_and_sites_differ) {
  Sites one, two;
  attach_lora(one, spec(), mx::random::key(5));
  attach_lora(two, spec(), mx::random::key(5));
  std::string q0 = "model.layers.0.self_attn.q_proj.lora_a";
  std::string q1 = "model.layers.1.self_attn.q_proj.lora_a";
  auto same = [](const nn::ParameterPtr& x, const nn::ParameterPtr& y) {
    return mx::array_equal(x->value, y->value).item<bool>();
  };
  EXPECT_TRUE(same(find(one, q0), find(two, q0)));
  EXPECT_FALSE(same(find(one, q0), find(one, q1)));
}

TEST(AttachLora, unknown_keys_are_all_named) {
  Sites model;
  auto act = [&] { attach_lora(model, spec({"q", "v"}), mx::random::key(0)); };
  EXPECT_EQ(
      message_of(ErrorCode::invalid_config, act),
      "lora_parameters.keys: \"q\" is not a layer of this model. Give some of: "
      "lm_head, mlp.up_proj, self_attn.q_proj.\n"
      "lora_parameters.keys: \"v\" is not a layer of this model. Give some of: "
      "lm_head, mlp.up_proj, self_attn.q_proj.");
}

TEST(AttachLora, more_layers_than_there_are_is_refused) {
  Sites model;
  auto act = [&] { attach_lora(model, spec({}, 3), mx::random::key(0)); };
  EXPECT_EQ(
      message_of(ErrorCode::invalid_config, act),
      "num_layers: is 3, but the model has 2 layers. Give at most 2, or 0 for "
      "all.");
}

TEST(AdapterFile, what_was_saved_loads_into_a_fresh_model) {
  std::string folder = folder_for("round");
  Sites model, other;
  attach_lora(model, spec(), mx::random::key(1));
  save_adapter(model, folder + "/adapters.safetensors");
  std::ofstream(folder + "/adapter_config.json")
      << R"({"fine_tune_type": "lora", "num_layers": 16, "more": null,
             "lora_parameters": {"rank": 2, "scale": 3.0, "dropout": 0.5}})";
  Attached done = load_adapter(other, folder);
  EXPECT_EQ(done.sites, 4);
  for (const std::string& name : trainable(model)) {
    auto a = find(model, name)->value, b = find(other, name)->value;
    EXPECT_TRUE(mx::array_equal(a, b).item<bool>()) << name;
  }
  auto adapter = *other.adapter_sites()[0].linear->adapter();
  EXPECT_EQ(adapter.scale, 3.0f);
  EXPECT_EQ(adapter.dropout, 0.5f);
}

TEST(AdapterFile, lists_every_fault_and_changes_nothing) {
  std::string file = folder_for("faults") + "/a.safetensors";
  Sites model;
  attach_lora(model, spec({"lm_head"}), mx::random::key(1));
  auto before = find(model, "lm_head.lora_a")->value;
  nn::save_arrays(
      file,
      {{"lm_head.lora_a", mx::zeros({4, 3})}, {"extra", mx::zeros({1})}},
      {});
  EXPECT_EQ(
      message_of(
          ErrorCode::incompatible, [&] { load_adapter_weights(model, file); }),
      file +
          ": does not fit the model and its adapter.\n"
          "lm_head.lora_a: has shape [4, 3]; [4, 2] was expected.\n"
          "lm_head.lora_b: is missing; [2, 10] was expected.\n"
          "extra: is unexpected.\n"
          "Give the adapter of this model, made with the same rank, keys and "
          "num_layers.");
  EXPECT_EQ(find(model, "lm_head.lora_a")->value.id(), before.id());
}

TEST(AdapterFile, other_kinds_of_adapter_are_refused) {
  std::string folder = folder_for("dora");
  std::ofstream(folder + "/adapter_config.json")
      << R"({"fine_tune_type": "dora"})";
  Sites model;
  EXPECT_EQ(
      message_of(ErrorCode::incompatible, [&] { load_adapter(model, folder); }),
      "adapter_config.json: fine_tune_type is \"dora\"; only \"lora\" is "
      "read.");
}

TEST(AdapterFile, a_missing_rank_is_named) {
  std::string folder = folder_for("rank");
  std::ofstream(folder + "/adapter_config.json")
      << R"({"num_layers": 1, "lora_parameters": {"scale": 1}})";
  Sites model;
  EXPECT_EQ(
      message_of(ErrorCode::incompatible, [&] { load_adapter(model, folder); }),
      "adapter_config.json: rank is missing.");
}

} // namespace
} // namespace temper::adapters
