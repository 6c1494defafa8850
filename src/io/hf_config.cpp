#include "io/hf_config.h"

#include "base/file_system.h"
#include "base/format.h"

namespace temper::io {
namespace {

// The largest that people publish, an index of 100,000 tensors, has about 12.
constexpr std::size_t max_size = 64u << 20;

} // namespace

Json read_json_object(const std::string& path) {
  auto value = parse_json(read_file(path, max_size), path);
  if (!value.is_object()) {
    throw make_error(
        ErrorCode::corrupt_file,
        "{}: the file holds {}, and an object is expected. Download it again.",
        path,
        value.type_name());
  }
  return value;
}

Json read_model_config(const std::string& folder) {
  if (!exists(folder)) {
    throw make_error(
        ErrorCode::not_found,
        "{}: there is no such model folder. Check the path.",
        folder);
  }
  const auto path = join_path(folder, "config.json");
  if (!exists(path)) {
    throw make_error(
        ErrorCode::not_found,
        "{}: there is no config.json in it, so it is no model folder. Check "
        "the path.",
        folder);
  }
  return read_json_object(path);
}

} // namespace temper::io
