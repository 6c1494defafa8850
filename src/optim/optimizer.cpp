#include "optim/optimizer.h"

#include "base/format.h"
#include "optim/adam.h"

namespace temper::optim {

std::unique_ptr<Optimizer> make_optimizer(std::string_view name) {
  if (name == "adam") return std::make_unique<Adam>();
  if (name == "adamw") {
    return std::make_unique<Adam>(AdamConfig{.weight_decay = 0.01});
  }
  throw make_error(
      ErrorCode::invalid_config,
      "optimizer: found \"{}\", expected adam or adamw.",
      name);
}

} // namespace temper::optim
