#include "temper/convert.h"

#include <filesystem>

#include "base/file_system.h"
#include "base/format.h"
#include "convert/floats.h"
#include "convert/gguf_source.h"
#include "convert/hf_source.h"
#include "convert/shards.h"

namespace temper {

namespace {

void check(const ConvertConfig& config) {
  if (config.hf_path.empty()) {
    throw make_error(
        ErrorCode::invalid_config,
        "hf_path: it is empty; expected a folder or a .gguf file. Name the "
        "model to convert.");
  }
  if (!exists(config.hf_path)) {
    throw make_error(
        ErrorCode::not_found,
        "{}: there is nothing here; expected a folder or a .gguf file. Check "
        "the path.",
        config.hf_path);
  }
  if (exists(config.mlx_path)) {
    throw make_error(
        ErrorCode::invalid_config,
        "mlx_path: {} exists; expected a name that is free. Remove it or "
        "choose another.",
        config.mlx_path);
  }
}

conversion::ModelSource open_source(const ConvertConfig& config) {
  std::optional<io::ElementType> dtype;
  if (config.dtype) dtype = conversion::float_type(*config.dtype);
  if (!std::filesystem::is_directory(config.hf_path)) {
    return conversion::open_gguf(
        config.hf_path,
        dtype,
        config.dequantize ? conversion::Quantized::dequantize
                          : conversion::Quantized::keep);
  }
  auto source = conversion::open_hf_folder(config.hf_path, dtype);
  if (config.dequantize && source.config.contains("quantization")) {
    throw make_error(
        ErrorCode::invalid_config,
        "dequantize: {} is quantized already; only weights of a .gguf file "
        "can be dequantized. Convert the model's unquantized release.",
        config.hf_path);
  }
  return source;
}

void emit(Observer* observer, const Event& event) {
  if (observer) observer->on(event);
}

} // namespace

ConvertResult convert(const ConvertConfig& config, Observer* observer) {
  check(config);
  emit(observer, PhaseBegun{"Reading " + config.hf_path});
  const auto source = open_source(config);
  emit(observer, PhaseBegun{"Writing " + config.mlx_path});
  FolderWriter folder(config.mlx_path);
  const auto written = conversion::write_weights(folder.path(), source.tensors);
  for (const auto& [name, content] : source.files) {
    write_file_atomic(join_path(folder.path(), name), content);
  }
  write_file_atomic(
      join_path(folder.path(), "config.json"), dump_sorted(source.config));
  folder.commit();
  return {config.mlx_path, written.tensors, written.parameters, written.bytes};
}

} // namespace temper
