// Runs a model folder on given tokens and writes what a test may compare.
//
//   parity_probe MODEL INPUTS OUTPUTS [ADAPTER]
//
// INPUTS holds tokens [B, L] int32. OUTPUTS gets logits [B, L, V]; cached, the
// same logits computed token by token for row 0; and with ADAPTER, a folder,
// loss (the mean next-token loss) and the gradient of each adapter tensor under
// its own name, once straight and once, under "recomputed.", with recomputed
// blocks.
#include <mlx/ops.h>
#include <mlx/transforms.h>

#include <cstdio>

#include "adapters/adapter_file.h"
#include "io/safetensors.h"
#include "kernels/cross_entropy/cross_entropy.h"
#include "models/load.h"
#include "nn/tensor_io.h"
#include "temper/error.h"

namespace {

namespace mx = mlx::core;
using namespace temper;

using Named = std::vector<std::pair<std::string, mx::array>>;

mx::array logits_of(
    nn::CausalLM& model,
    const mx::array& tokens_BL,
    const nn::Forward& forward = {}) {
  auto grid = nn::TokenGrid::dense(tokens_BL.shape(0), tokens_BL.shape(1));
  auto tokens_N = mx::flatten(tokens_BL);
  return model.logits(model.hidden(tokens_N, grid, forward));
}

mx::array cached_logits(nn::CausalLM& model, const mx::array& tokens_L) {
  nn::KvCache cache = model.make_cache();
  std::vector<mx::array> rows;
  for (int begin = 0; begin < tokens_L.shape(0);) {
    // A prompt of three, then one at a time.
    int count = begin == 0 ? std::min(3, tokens_L.shape(0)) : 1;
    auto tokens = mx::slice(tokens_L, {begin}, {begin + count});
    auto grid = nn::TokenGrid::dense(1, count);
    rows.push_back(model.logits(model.hidden(tokens, grid, {}, &cache)));
    begin += count;
  }
  return mx::concatenate(rows, /* axis= */ 0);
}

mx::array next_token_loss(
    nn::CausalLM& model,
    const mx::array& tokens_BL,
    const nn::Forward& forward) {
  int rows = tokens_BL.shape(0);
  int last = tokens_BL.shape(1);
  auto inputs = mx::slice(tokens_BL, {0, 0}, {rows, last - 1});
  auto targets = mx::slice(tokens_BL, {0, 1}, {rows, last});
  auto logits = logits_of(model, inputs, forward);
  return mx::mean(kernels::cross_entropy(logits, mx::flatten(targets)));
}

void add_gradients(
    nn::CausalLM& model,
    const mx::array& tokens_BL,
    const nn::Forward& forward,
    const std::string& prefix,
    Named& out) {
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
    return next_token_loss(model, tokens_BL, forward);
  };
  auto [value, gradients] = mx::value_and_grad(loss, arguments)(values);
  out.emplace_back(prefix + "loss", value);
  for (std::size_t i = 0; i < trained.size(); ++i) {
    trained[i]->value = values[i];
    out.emplace_back(prefix + trained[i]->name, gradients[i]);
  }
}

void probe(int count, char** arguments) {
  auto model = models::load_model(arguments[1]);
  auto inputs = io::SafetensorsFile::open(arguments[2]);
  auto tokens_BL = nn::to_array(inputs, *inputs.find("tokens"));
  bool adapted = count > 4;
  if (adapted) adapters::load_adapter(*model, arguments[4]);
  auto logits = logits_of(*model, tokens_BL);
  auto shape = tokens_BL.shape();
  shape.push_back(logits.shape(1));
  auto row =
      mx::reshape(mx::slice(tokens_BL, {0, 0}, {1, shape[1]}), {shape[1]});
  Named out;
  out.emplace_back("logits", mx::reshape(logits, shape));
  out.emplace_back("cached", cached_logits(*model, row));
  if (adapted) {
    nn::Forward straight, recomputed;
    recomputed.recompute_blocks = true;
    add_gradients(*model, tokens_BL, straight, "", out);
    add_gradients(*model, tokens_BL, recomputed, "recomputed.", out);
    adapters::save_adapter(*model, std::string(arguments[3]) + ".adapter");
  }
  nn::save_arrays(arguments[3], out, {});
}

} // namespace

int main(int count, char** arguments) {
  if (count < 4) {
    std::fputs("parity_probe MODEL INPUTS OUTPUTS [ADAPTER]\n", stderr);
    return 2;
  }
  try {
    probe(count, arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
