#include "models/registry.h"

#include <array>

#include "base/format.h"

namespace temper::models {

std::unique_ptr<nn::CausalLM> build_llama(const Json&, Weights&);
std::unique_ptr<nn::CausalLM> build_mistral(const Json&, Weights&);
std::unique_ptr<nn::CausalLM> build_qwen2(const Json&, Weights&);
std::unique_ptr<nn::CausalLM> build_qwen3(const Json&, Weights&);
std::unique_ptr<nn::CausalLM> build_smollm3(const Json&, Weights&);

namespace {

struct Family {
  const char* model_type;
  Build build;
};

constexpr std::array kFamilies = {
    Family{"llama", build_llama},
    Family{"mistral", build_mistral},
    Family{"qwen2", build_qwen2},
    Family{"qwen3", build_qwen3},
    Family{"smollm3", build_smollm3},
};

} // namespace

Build find_builder(const Json& config) {
  auto found = config.find("model_type");
  bool given = found != config.end() && found->is_string();
  std::string type = given ? found->get<std::string>() : "";
  std::string known;
  for (const Family& family : kFamilies) {
    if (type == family.model_type) return family.build;
    known += (known.empty() ? "" : ", ") + std::string(family.model_type);
  }
  throw make_error(
      ErrorCode::incompatible,
      "config.json: model_type \"{}\" is not supported; these are: {}.",
      type,
      known);
}

} // namespace temper::models
