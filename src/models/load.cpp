#include "models/load.h"

#include <mlx/device.h>
#include <mlx/transforms.h>

#include "base/json.h"
#include "io/hf_config.h"
#include "models/registry.h"
#include "models/weights.h"

namespace temper::models {

namespace mx = mlx::core;

namespace {

mx::Dtype default_dtype() {
  return mx::default_device() == mx::Device::cpu ? mx::float32 : mx::bfloat16;
}

} // namespace

std::unique_ptr<nn::CausalLM>
load_model(const std::string& folder, const LoadOptions& options) {
  Json config = io::read_model_config(folder);
  Build build = find_builder(config);
  Weights weights(
      folder, config, options.compute_dtype.value_or(default_dtype()));
  auto model = build(config, weights);
  weights.finish();
  // One by one, so that the form in the file and the form computed with lie
  // in memory together for one tensor only.
  for (const auto& p : model->parameters())
    mx::eval(p->value);
  return model;
}

} // namespace temper::models
