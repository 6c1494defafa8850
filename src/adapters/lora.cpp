#include "adapters/lora.h"

#include <mlx/ops.h>
#include <mlx/random.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/format.h"

namespace temper::adapters {

namespace mx = mlx::core;

namespace {

void check_layers(const nn::CausalLM& model, const LoraSpec& spec) {
  int layers = model.shape().num_layers;
  if (spec.num_layers <= layers) return;
  throw make_error(
      ErrorCode::invalid_config,
      "num_layers: is {}, but the model has {} layers. Give at most {}, or 0 "
      "for all.",
      spec.num_layers,
      layers,
      layers);
}

void check_keys(
    const std::vector<nn::AdapterSite>& sites,
    const std::vector<std::string>& keys) {
  std::set<std::string> known;
  for (const nn::AdapterSite& site : sites)
    known.insert(site.block_path);
  std::vector<Issue> issues;
  for (const std::string& key : keys) {
    if (known.contains(key)) continue;
    issues.push_back(
        {"lora_parameters.keys",
         format("\"{}\" is not a layer of this model.", key),
         format("Give some of: {}.", fmt::join(known, ", "))});
  }
  throw_if_any(ErrorCode::invalid_config, issues);
}

bool chosen(const nn::AdapterSite& site, const LoraSpec& spec, int first) {
  bool inside = site.block >= 0;
  if (inside && site.block < first) return false;
  if (spec.keys.empty()) return inside;
  return std::find(spec.keys.begin(), spec.keys.end(), site.block_path) !=
      spec.keys.end();
}

nn::LoraAdapter
fresh(const nn::Linear& linear, const LoraSpec& spec, const mx::array& key) {
  int inputs = linear.inputs();
  float bound = 1.0f / std::sqrt(static_cast<float>(inputs));
  auto a =
      mx::random::uniform(-bound, bound, {inputs, spec.rank}, mx::float32, key);
  auto b = mx::zeros({spec.rank, linear.outputs()}, mx::float32);
  nn::LoraAdapter adapter{
      nn::parameter(linear.path() + ".lora_a", a),
      nn::parameter(linear.path() + ".lora_b", b),
      spec.scale,
      spec.dropout};
  adapter.a->trainable = adapter.b->trainable = true;
  return adapter;
}

} // namespace

Attached
attach_lora(nn::CausalLM& model, const LoraSpec& spec, const mx::array& key) {
  auto sites = model.adapter_sites();
  check_layers(model, spec);
  check_keys(sites, spec.keys);
  int layers = model.shape().num_layers;
  int first = spec.num_layers > 0 ? layers - spec.num_layers : 0;
  auto site_keys = mx::random::split(key, static_cast<int>(sites.size()));
  Attached done;
  std::set<int> blocks;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (!chosen(sites[i], spec, first)) continue;
    nn::Linear& linear = *sites[i].linear;
    auto site_key = mx::take(site_keys, static_cast<int>(i), /* axis= */ 0);
    linear.attach(fresh(linear, spec, site_key));
    ++done.sites;
    done.parameters +=
        std::int64_t{spec.rank} * (linear.inputs() + linear.outputs());
    if (sites[i].block >= 0) blocks.insert(sites[i].block);
  }
  done.layers = static_cast<int>(blocks.size());
  return done;
}

} // namespace temper::adapters
