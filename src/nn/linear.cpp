#include "nn/linear.h"

#include <mlx/ops.h>
#include <mlx/random.h>

namespace temper::nn {

namespace mx = mlx::core;

namespace {

// From this many tokens on, unpacking the weight and multiplying densely beats
// the packed product, which unpacks again for every few rows.
constexpr int kUnpackAbove = 256;

mx::array drop(const mx::array& x, float rate, const mx::array& key) {
  auto keep = mx::random::bernoulli(1.0f - rate, x.shape(), key);
  auto zero = mx::array(0.0f, x.dtype());
  auto gain = mx::array(1.0f / (1.0f - rate), x.dtype());
  return mx::where(keep, x * gain, zero);
}

mx::array low_rank(
    const LoraAdapter& adapter,
    const mx::array& x_NI,
    const DropoutKeys& keys,
    int site) {
  auto input_NI = x_NI;
  if (adapter.dropout > 0 && keys) {
    input_NI = drop(x_NI, adapter.dropout, mx::take(*keys, site, 0));
  }
  auto a_Ir = mx::astype(adapter.a->value, x_NI.dtype());
  auto b_rO = mx::astype(adapter.b->value, x_NI.dtype());
  auto scale = mx::array(adapter.scale, x_NI.dtype());
  return scale * mx::matmul(mx::matmul(input_NI, a_Ir), b_rO);
}

} // namespace

int WeightStore::outputs() const {
  return weight->value.shape(0);
}

int WeightStore::inputs() const {
  int columns = weight->value.shape(1);
  return packed() ? columns * 32 / quantization->bits : columns;
}

mx::array WeightStore::dense(mx::Dtype dtype) const {
  if (!packed()) return mx::astype(weight->value, dtype);
  return mx::dequantize(
      weight->value,
      scales->value,
      biases ? std::optional(biases->value) : std::nullopt,
      quantization->group_size,
      quantization->bits,
      quantization->mode,
      /* global_scale= */ std::nullopt,
      dtype);
}

mx::array WeightStore::multiply(const mx::array& x_NI) const {
  if (packed() && x_NI.shape(0) <= kUnpackAbove) {
    return mx::quantized_matmul(
        x_NI,
        weight->value,
        scales->value,
        biases ? std::optional(biases->value) : std::nullopt,
        /* transpose= */ true,
        quantization->group_size,
        quantization->bits,
        quantization->mode);
  }
  return mx::matmul(x_NI, mx::transpose(dense(x_NI.dtype())));
}

void WeightStore::append_to(std::vector<ParameterPtr>& list) const {
  for (const auto& p : {weight, scales, biases}) {
    if (p) list.push_back(p);
  }
}

Linear::Linear(
    std::string path,
    int site,
    WeightStore weight,
    ParameterPtr bias)
    : path_(std::move(path)), site_(site), weight_(std::move(weight)),
      bias_(std::move(bias)) {}

mx::array
Linear::operator()(const mx::array& x_NI, const DropoutKeys& keys) const {
  auto y_NO = weight_.multiply(x_NI);
  if (bias_) y_NO = y_NO + bias_->value;
  if (adapter_) y_NO = y_NO + low_rank(*adapter_, x_NI, keys, site_);
  return y_NO;
}

void Linear::append_to(std::vector<ParameterPtr>& list) const {
  weight_.append_to(list);
  if (bias_) list.push_back(bias_);
  if (!adapter_) return;
  list.push_back(adapter_->a);
  list.push_back(adapter_->b);
}

} // namespace temper::nn
