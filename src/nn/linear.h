// A linear layer: a weight store, a bias if any, an adapter if any.
//
// N tokens, I inputs, O outputs, r the adapter's inner width.
#pragma once

#include <mlx/array.h>
#include <optional>
#include <string>
#include <vector>

#include "nn/parameter.h"

namespace temper::nn {

// How a weight's values are packed in its checkpoint.
struct Quantization {
  int group_size = 64;
  int bits = 4;
  std::string mode = "affine"; // or mxfp4, mxfp8, nvfp4

  bool operator==(const Quantization&) const = default;
};

// A matrix [O, I]: dense, or packed with its scales.
struct WeightStore {
  ParameterPtr weight;
  ParameterPtr scales; // null unless packed
  ParameterPtr biases; // null unless packed and affine
  // How the checkpoint packs it. Set with null scales when the values were
  // unpacked at load, as on the CPU.
  std::optional<Quantization> quantization;

  bool packed() const { return scales != nullptr; }
  int outputs() const;
  int inputs() const;
  // The matrix itself, unpacked if need be. [O, I]
  mlx::core::array dense(mlx::core::Dtype dtype) const;
  // x [N, I] -> [N, O]
  mlx::core::array multiply(const mlx::core::array& x_NI) const;
  void append_to(std::vector<ParameterPtr>& list) const;
};

// y + scale * (dropout(x) A) B. A and B are float32 masters, trainable, and
// are cast to x's type to compute.
struct LoraAdapter {
  ParameterPtr a; // "<path>.lora_a" [I, r]
  ParameterPtr b; // "<path>.lora_b" [r, O]
  float scale = 1;
  float dropout = 0;
};

// One key for each adapter site, [sites, 2]; absent outside training.
using DropoutKeys = std::optional<mlx::core::array>;

class Linear {
 public:
  // `site` is the row of this layer in DropoutKeys. `bias` may be null.
  Linear(std::string path, int site, WeightStore weight, ParameterPtr bias);

  // x [N, I] -> [N, O]
  mlx::core::array operator()(
      const mlx::core::array& x_NI,
      const DropoutKeys& keys = std::nullopt) const;

  void attach(LoraAdapter adapter) { adapter_ = std::move(adapter); }
  void detach() { adapter_.reset(); }

  const std::string& path() const { return path_; }
  const WeightStore& weight() const { return weight_; }
  const ParameterPtr& bias() const { return bias_; }
  const std::optional<LoraAdapter>& adapter() const { return adapter_; }
  int inputs() const { return weight_.inputs(); }
  int outputs() const { return weight_.outputs(); }

  // Weight, bias, then the adapter's.
  void append_to(std::vector<ParameterPtr>& list) const;

 private:
  std::string path_;
  int site_;
  WeightStore weight_;
  ParameterPtr bias_;
  std::optional<LoraAdapter> adapter_;
};

} // namespace temper::nn
