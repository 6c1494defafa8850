#include "pipeline/loaded.h"

#include "adapters/adapter_file.h"
#include "base/file_system.h"
#include "base/format.h"
#include "models/load.h"

namespace temper::pipeline {

namespace {

class Silence : public Observer {
 public:
  void on(const Event&) override {}
};

void check_folder(const std::string& folder) {
  if (folder.empty()) {
    throw make_error(
        ErrorCode::invalid_config,
        "--model: no model is named. Give the folder of one; temper convert "
        "makes it.");
  }
  if (!exists(folder)) {
    throw make_error(
        ErrorCode::not_found,
        "{}: there is no such folder. Models are not downloaded yet: give a "
        "folder on disk, or make one with temper convert.",
        folder);
  }
}

} // namespace

Loaded load(
    const std::string& folder,
    const std::optional<std::string>& adapter_path,
    Observer& observer) {
  check_folder(folder);
  observer.on(PhaseBegun{"Loading " + folder});
  Loaded loaded{
      models::load_model(folder),
      text::load_tokenizer(folder),
      text::load_chat_template(folder)};
  const int rows = loaded.model->shape().vocab_size;
  const int tokens = loaded.tokenizer->vocab_size();
  if (tokens > rows) {
    throw make_error(
        ErrorCode::incompatible,
        "{}: the tokenizer has {} tokens and the model's embedding {} rows. "
        "The two files belong to different models.",
        folder,
        tokens,
        rows);
  }
  if (adapter_path) adapters::load_adapter(*loaded.model, *adapter_path);
  return loaded;
}

Observer& silence() {
  static Silence none;
  return none;
}

} // namespace temper::pipeline
