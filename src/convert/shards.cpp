#include "convert/shards.h"

#include <span>

#include "base/file_system.h"
#include "base/format.h"
#include "base/json.h"

namespace temper::conversion {

namespace {

using Group = std::span<const OutputTensor>;

std::vector<Group>
groups(const std::vector<OutputTensor>& tensors, std::int64_t limit) {
  std::vector<Group> result;
  std::size_t begin = 0;
  std::int64_t size = 0;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const std::int64_t more = stored_size(tensors[i]);
    if (i > begin && size + more > limit) {
      result.push_back(Group(tensors).subspan(begin, i - begin));
      begin = i;
      size = 0;
    }
    size += more;
  }
  result.push_back(Group(tensors).subspan(begin));
  return result;
}

void write_group(const std::string& path, Group group) {
  std::vector<std::vector<std::byte>> made;
  made.reserve(group.size());
  std::vector<io::TensorToWrite> to_write;
  for (const auto& tensor : group) {
    auto bytes = tensor.view;
    if (tensor.make) bytes = made.emplace_back(tensor.make());
    to_write.push_back({tensor.name, tensor.type, tensor.shape, bytes});
  }
  io::write_safetensors(path, to_write, {{"format", "mlx"}});
}

} // namespace

WrittenWeights write_weights(
    const std::string& folder,
    const std::vector<OutputTensor>& tensors,
    std::int64_t shard_bytes) {
  WrittenWeights total;
  Json::object_t weight_map;
  const auto shards = groups(tensors, shard_bytes);
  for (std::size_t i = 0; i < shards.size(); ++i) {
    const std::string name = shards.size() == 1
        ? "model.safetensors"
        : format("model-{:05}-of-{:05}.safetensors", i + 1, shards.size());
    write_group(folder + "/" + name, shards[i]);
    for (const auto& tensor : shards[i]) {
      total.tensors += 1;
      total.parameters += tensor.parameters;
      total.bytes += stored_size(tensor);
      weight_map.emplace_back(tensor.name, name);
    }
  }
  Json index;
  index["metadata"] = {
      {"total_size", total.bytes}, {"total_parameters", total.parameters}};
  index["weight_map"] = std::move(weight_map);
  write_file_atomic(
      folder + "/model.safetensors.index.json", dump_sorted(index));
  return total;
}

} // namespace temper::conversion
