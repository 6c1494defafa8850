#include "io/gguf_metadata.h"

#include <unordered_set>
#include <utility>

#include "base/format.h"
#include "base/utf8.h"

namespace temper::io {
namespace {

// Far above any vocabulary's merges or chat template.
constexpr std::uint64_t max_text = 16u << 20;
constexpr std::uint64_t max_elements = 16u << 20; // of all arrays together
constexpr int max_depth = 4;

enum ValueType : std::uint32_t {
  u8_value,
  i8_value,
  u16_value,
  i16_value,
  u32_value,
  i32_value,
  f32_value,
  bool_value,
  text_value,
  array_value,
  u64_value,
  i64_value,
  f64_value,
};

class Reader {
 public:
  explicit Reader(ByteCursor& cursor) : cursor_(cursor) {}

  Json read(std::uint32_t type, int depth = 0) {
    switch (type) {
      case u8_value: return cursor_.read<std::uint8_t>();
      case i8_value: return cursor_.read<std::int8_t>();
      case u16_value: return cursor_.read<std::uint16_t>();
      case i16_value: return cursor_.read<std::int16_t>();
      case u32_value: return cursor_.read<std::uint32_t>();
      case i32_value: return cursor_.read<std::int32_t>();
      case f32_value: return cursor_.read<float>();
      case bool_value: return read_boolean();
      case text_value: return cursor_.read_string(max_text);
      case array_value: return read_array(depth + 1);
      case u64_value: return cursor_.read<std::uint64_t>();
      case i64_value: return cursor_.read<std::int64_t>();
      case f64_value: return cursor_.read<double>();
      default: cursor_.fail(format("there is no value type {}", type));
    }
  }

 private:
  bool read_boolean() {
    auto value = cursor_.read<std::uint8_t>();
    if (value > 1) cursor_.fail(format("{} is not a boolean", value));
    return value == 1;
  }

  Json read_array(int depth) {
    if (depth > max_depth) {
      cursor_.fail(format("arrays nested deeper than {} levels", max_depth));
    }
    auto type = cursor_.read<std::uint32_t>();
    auto count = cursor_.read_count("array elements", 1);
    elements_ += count;
    if (elements_ > max_elements) {
      cursor_.fail(format("more than {} array elements", max_elements));
    }
    Json array = Json::array();
    for (std::uint64_t i = 0; i < count; ++i) {
      array.push_back(read(type, depth));
    }
    return array;
  }

  ByteCursor& cursor_;
  std::uint64_t elements_ = 0;
};

} // namespace

Json read_gguf_metadata(ByteCursor& cursor, std::uint64_t count) {
  Json metadata = Json::object();
  // Appended without the search that an insertion by key makes.
  Json::object_t::Container& members = metadata.get_ref<Json::object_t&>();
  std::unordered_set<std::string> keys;
  Reader reader(cursor);
  for (std::uint64_t i = 0; i < count; ++i) {
    auto key = cursor.read_string(max_gguf_name);
    if (!keys.insert(key).second) {
      cursor.fail(format("the key {} is given twice", quote(key)));
    }
    auto type = cursor.read<std::uint32_t>();
    members.emplace_back(std::move(key), reader.read(type));
  }
  return metadata;
}

} // namespace temper::io
