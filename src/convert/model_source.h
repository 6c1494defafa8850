// Owns what a conversion writes, whatever it was read from.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "io/safetensors.h"

namespace temper::conversion {

// A tensor to write. Its bytes are made late, one shard at a time, so that
// memory holds a shard and not the model.
struct OutputTensor {
  std::string name;
  io::ElementType type;
  std::vector<std::int64_t> shape;
  // Weights it stands for: packed ones are counted unpacked, scales are none.
  std::int64_t parameters = 0;
  // The bytes where they lie in the source, or else how to make them.
  std::span<const std::byte> view;
  std::function<std::vector<std::byte>()> make;
};

struct ModelSource {
  std::vector<OutputTensor> tensors;
  Json config = Json::object();
  // Further files, name and content: tokenizer, generation settings.
  std::vector<std::pair<std::string, std::string>> files;
  // What tensors read from; theirs to share.
  std::vector<std::shared_ptr<const void>> mappings;
};

inline std::int64_t elements(const std::vector<std::int64_t>& shape) {
  std::int64_t count = 1;
  for (auto n : shape)
    count *= n;
  return count;
}

inline std::int64_t stored_size(const OutputTensor& tensor) {
  return elements(tensor.shape) *
      static_cast<std::int64_t>(io::element_size(tensor.type));
}

} // namespace temper::conversion
