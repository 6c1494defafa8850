#include <gtest/gtest.h>
#include <mlx/transforms.h>

#include "models/load.h"
#include "unit/models/tiny_folder.h"

namespace temper::models {
namespace {

namespace mx = mlx::core;

// Two layouts of the same float32 sums.
constexpr float kTolerance = 1e-5f;

float apart(const mx::array& a, const mx::array& b) {
  return mx::max(mx::abs(a - b)).item<float>();
}

void attach(nn::CausalLM& model, int first_block, float dropout) {
  int seed = 100;
  auto draw = [&](mx::Shape shape) {
    auto key = mx::random::key(seed++);
    return mx::random::normal(shape, mx::float32, key) * mx::array(0.2f);
  };
  for (const nn::AdapterSite& site : model.adapter_sites()) {
    if (site.block < first_block) continue;
    nn::LoraAdapter adapter{
        nn::parameter(site.path + ".lora_a", draw({site.linear->inputs(), 2})),
        nn::parameter(site.path + ".lora_b", draw({2, site.linear->outputs()})),
        1.5f,
        dropout};
    adapter.a->trainable = adapter.b->trainable = true;
    site.linear->attach(adapter);
  }
}

// Gradients of a sum of squares of the hidden rows of real tokens.
std::vector<mx::array>
gradients(nn::CausalLM& model, const nn::Forward& forward) {
  std::vector<nn::ParameterPtr> trained;
  std::vector<mx::array> values;
  std::vector<int> arguments;
  for (const auto& p : model.parameters()) {
    if (!p->trainable) continue;
    arguments.push_back(static_cast<int>(trained.size()));
    trained.push_back(p);
    values.push_back(p->value);
  }
  auto loss = [&](const std::vector<mx::array>& in) {
    for (std::size_t i = 0; i < in.size(); ++i)
      trained[i]->value = in[i];
    auto tokens = mx::array({1, 5, 9, 30, 2, 7});
    auto h = model.hidden(tokens, nn::TokenGrid::dense(2, 3), forward);
    return mx::sum(mx::square(h));
  };
  auto out = mx::value_and_grad(loss, arguments)(values).second;
  for (std::size_t i = 0; i < trained.size(); ++i) {
    trained[i]->value = values[i];
  }
  return out;
}

TEST(Decoder, documents_in_a_padded_grid_do_not_see_each_other) {
  auto model = load_model(write_tiny("padded"));
  // Documents 1 5 9 and 30 2, padded to 6 flat rows and 2 x 4 cells.
  nn::TokenGrid grid{2, 4, std::nullopt, std::nullopt};
  grid.flat_of_cell = mx::array({0, 1, 2, 5, 3, 4, 5, 5});
  grid.cell_of_flat = mx::array({0, 1, 2, 4, 5, 7});
  auto both = model->hidden(mx::array({1, 5, 9, 30, 2, 0}), grid);
  auto first = model->hidden(mx::array({1, 5, 9}), nn::TokenGrid::dense(1, 3));
  auto second = model->hidden(mx::array({30, 2}), nn::TokenGrid::dense(1, 2));
  EXPECT_LT(apart(mx::slice(both, {0, 0}, {3, 16}), first), kTolerance);
  EXPECT_LT(apart(mx::slice(both, {3, 0}, {5, 16}), second), kTolerance);
}

TEST(Decoder, later_tokens_do_not_change_earlier_ones) {
  auto model = load_model(write_tiny("causal"));
  auto grid = nn::TokenGrid::dense(1, 3);
  auto one = model->hidden(mx::array({1, 5, 9}), grid);
  auto two = model->hidden(mx::array({1, 5, 8}), grid);
  auto head = [](const mx::array& h) { return mx::slice(h, {0, 0}, {2, 16}); };
  EXPECT_EQ(apart(head(one), head(two)), 0.0f);
  EXPECT_GT(apart(one, two), 0.01f);
}

TEST(Decoder, recomputing_blocks_changes_no_gradient) {
  auto model = load_model(write_tiny("recompute"));
  attach(*model, 1, 0.5f);
  nn::Forward forward;
  forward.dropout_key = mx::random::key(3);
  auto straight = gradients(*model, forward);
  forward.recompute_blocks = true;
  auto recomputed = gradients(*model, forward);
  ASSERT_EQ(straight.size(), 14u); // 7 layers of one block, A and B
  for (std::size_t i = 0; i < straight.size(); ++i) {
    EXPECT_GT(mx::max(mx::abs(straight[i])).item<float>(), 1e-3f);
    EXPECT_LT(apart(straight[i], recomputed[i]), 1e-4f);
  }
}

TEST(Decoder, recomputing_leaves_parameters_as_they_were) {
  auto model = load_model(write_tiny("restore"));
  attach(*model, 0, 0);
  std::vector<mx::array> before;
  for (const auto& p : model->parameters())
    before.push_back(p->value);
  nn::Forward forward;
  forward.recompute_blocks = true;
  mx::eval(gradients(*model, forward));
  auto after = model->parameters();
  for (std::size_t i = 0; i < after.size(); ++i) {
    EXPECT_EQ(after[i]->value.id(), before[i].id()) << after[i]->name;
  }
}

TEST(Decoder, dropout_follows_its_key) {
  auto model = load_model(write_tiny("dropout"));
  attach(*model, 0, 0.5f);
  auto run = [&](std::optional<int> seed) {
    nn::Forward forward;
    if (seed) forward.dropout_key = mx::random::key(*seed);
    auto grid = nn::TokenGrid::dense(1, 3);
    return model->hidden(mx::array({1, 5, 9}), grid, forward);
  };
  EXPECT_EQ(apart(run(1), run(1)), 0.0f);
  EXPECT_GT(apart(run(1), run(2)), 0.01f);
  EXPECT_GT(apart(run(1), run(std::nullopt)), 0.01f);
}

TEST(Decoder, sites_have_checkpoint_paths) {
  auto config = tiny_config();
  config["tie_word_embeddings"] = false;
  auto tensors = tiny_tensors();
  tensors.emplace("lm_head.weight", mx::zeros({32, 16}));
  auto model = load_model(write_tiny("sites", config, tensors));
  auto sites = model->adapter_sites();
  ASSERT_EQ(sites.size(), 15u); // 7 in each of 2 blocks, and the head
  EXPECT_EQ(sites[7].path, "model.layers.1.self_attn.q_proj");
  EXPECT_EQ(sites[7].block_path, "self_attn.q_proj");
  EXPECT_EQ(sites[7].block, 1);
  EXPECT_EQ(sites[14].path, "lm_head");
  EXPECT_EQ(sites[14].block_path, "lm_head");
  EXPECT_EQ(sites[14].block, -1);
}

} // namespace
} // namespace temper::models
