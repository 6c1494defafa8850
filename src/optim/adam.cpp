#include "optim/adam.h"

#include <mlx/ops.h>

#include "base/format.h"

namespace temper::optim {

namespace mx = mlx::core;

std::vector<mx::array> Adam::update(
    const std::vector<mx::array>& parameters,
    const std::vector<mx::array>& gradients,
    const mx::array& learning_rate) {
  if (m_.empty()) {
    for (const auto& w : parameters)
      m_.push_back(mx::zeros_like(w));
    v_ = m_;
  }
  if (gradients.size() != parameters.size() || m_.size() != parameters.size()) {
    throw make_error(
        ErrorCode::internal,
        "Adam: found {} parameters, {} gradients and state for {}; expected "
        "the same count.",
        parameters.size(),
        gradients.size(),
        m_.size());
  }
  const auto b1 = float(config_.beta1), new1 = float(1 - config_.beta1);
  const auto b2 = float(config_.beta2), new2 = float(1 - config_.beta2);
  const auto eps = float(config_.eps);
  const auto decay = float(config_.weight_decay);
  std::vector<mx::array> updated;
  updated.reserve(parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    auto w = parameters[i];
    const auto& g = gradients[i];
    const auto rate = mx::astype(learning_rate, w.dtype());
    auto& m = m_[i];
    auto& v = v_[i];
    m = b1 * m + new1 * g;
    v = b2 * v + new2 * mx::square(g);
    if (decay != 0.0f) w = w * (1.0f - rate * decay);
    updated.push_back(w - rate * m / (mx::sqrt(v) + eps));
  }
  return updated;
}

std::vector<mx::array> Adam::state() const {
  auto all = m_;
  all.insert(all.end(), v_.begin(), v_.end());
  return all;
}

} // namespace temper::optim
