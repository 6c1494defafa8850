// The tensors of a model folder, handed out by name and checked by shape.
//
// Every fault is collected; `finish` throws them together. Until then a fault
// yields zeros of the right shape, so that building can go on to the next.
#pragma once

#include <initializer_list>
#include <map>
#include <mlx/array.h>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "io/safetensors.h"
#include "models/packing.h"
#include "nn/linear.h"
#include "temper/error.h"

namespace temper::models {

class Weights {
 public:
  // Opens every model*.safetensors of `folder`. `config` tells the packing.
  Weights(
      const std::string& folder,
      const Json& config,
      mlx::core::Dtype compute_dtype);

  mlx::core::Dtype compute_dtype() const { return compute_dtype_; }
  bool has(const std::string& name) const { return tensors_.contains(name); }

  // A dense tensor, cast to the compute type.
  nn::ParameterPtr tensor(const std::string& name, const mlx::core::Shape&);

  // The matrix "<path>.weight" [outputs, inputs], dense or packed.
  nn::WeightStore matrix(const std::string& path, int outputs, int inputs);

  // A tensor the model does without.
  void ignore(const std::string& name) { used_.insert(name); }

  // Throws incompatible when anything was missing, misshapen or left over.
  void finish();

 private:
  struct Place {
    std::size_t file;
    const io::TensorInfo* info;
  };

  void open(const std::string& path);
  mlx::core::array take(const std::string& name, const mlx::core::Shape&);
  nn::WeightStore packed(
      const std::string& path,
      int outputs,
      int inputs,
      const nn::Quantization& how);
  void check_type(
      const std::string& name,
      std::initializer_list<io::ElementType> allowed);
  void fault(const std::string& name, std::string problem);

  std::string folder_;
  mlx::core::Dtype compute_dtype_;
  Packing packing_;
  std::vector<io::SafetensorsFile> files_;
  std::map<std::string, Place> tensors_;
  std::set<std::string> used_;
  std::vector<Issue> issues_;
};

} // namespace temper::models
