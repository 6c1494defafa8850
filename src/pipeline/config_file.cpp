#include "temper/config_file.h"

#include "base/describe.h"
#include "base/format.h"
#include "io/config_file.h"

namespace temper {

namespace {

// mlx-lm's keys without a counterpart here. A null value asks for nothing.
constexpr const char* kNotYet[] = {
    "lr_schedule",
    "optimizer_config",
    "hf_dataset",
    "prompt_feature",
    "completion_feature",
    "chat_feature",
    "text_feature",
    "report_to",
    "project_name",
    "clear_cache_threshold",
    "trust_remote_code",
};

void take_out_what_comes_later(Json& file, std::vector<Issue>& issues) {
  for (const char* key : kNotYet) {
    if (!file.contains(key)) continue;
    const Json& value = file.at(key);
    if (!value.is_null() && value != Json(false)) {
      issues.push_back({key, "comes with a later version of Temper.", ""});
    }
    file.erase(key);
  }
}

} // namespace

void read_config_file(const std::string& path, TrainConfig& config) {
  Json file = io::read_yaml_file(path);
  if (file.is_null()) return;
  if (!file.is_object()) {
    throw make_error(
        ErrorCode::invalid_config,
        "{}: the file holds no mapping. Write one \"option: value\" a line.",
        path);
  }
  std::vector<Issue> issues;
  take_out_what_comes_later(file, issues);
  set_from_json(config, file, issues);
  for (Issue& issue : issues)
    issue.field = path + ": " + issue.field;
  throw_if_any(ErrorCode::invalid_config, issues);
}

} // namespace temper
