#include "nn/kv_cache.h"

#include <mlx/ops.h>

namespace temper::nn {

namespace mx = mlx::core;

namespace {

// Room is added this many tokens at a time, so that shapes stay few.
constexpr int kGrowth = 256;

mx::array with_room(
    const std::optional<mx::array>& held,
    const mx::array& added,
    int length) {
  int needed = length + added.shape(2);
  if (held && held->shape(2) >= needed) return *held;
  auto shape = added.shape();
  shape[2] = (needed + kGrowth - 1) / kGrowth * kGrowth - length;
  auto room = mx::zeros(shape, added.dtype());
  if (length == 0) return room;
  auto stop = held->shape();
  stop[2] = length;
  auto used = mx::slice(*held, mx::Shape{0, 0, 0, 0}, stop);
  return mx::concatenate({used, room}, /* axis= */ 2);
}

mx::array put(const mx::array& into, const mx::array& added, int length) {
  auto stop = into.shape();
  stop[2] = length + added.shape(2);
  return mx::slice_update(into, added, mx::Shape{0, 0, length, 0}, stop);
}

mx::array first(const mx::array& held, int length) {
  auto stop = held.shape();
  stop[2] = length;
  return mx::slice(held, mx::Shape{0, 0, 0, 0}, stop);
}

} // namespace

std::pair<mx::array, mx::array> KvCache::append(
    int layer,
    const mx::array& keys_BGLK,
    const mx::array& values_BGLK) {
  Layer& held = layers_.at(layer);
  held.keys =
      put(with_room(held.keys, keys_BGLK, held.length), keys_BGLK, held.length);
  held.values =
      put(with_room(held.values, values_BGLK, held.length),
          values_BGLK,
          held.length);
  held.length += keys_BGLK.shape(2);
  return {first(*held.keys, held.length), first(*held.values, held.length)};
}

std::vector<mx::array> KvCache::arrays() const {
  std::vector<mx::array> all;
  for (const Layer& layer : layers_) {
    if (!layer.keys) continue;
    all.push_back(*layer.keys);
    all.push_back(*layer.values);
  }
  return all;
}

} // namespace temper::nn
