#include "temper/error.h"

namespace temper {

void Error::add_context(const std::string& context) {
  message_ = context + ": " + message_;
}

std::string describe_issues(const std::vector<Issue>& issues) {
  std::string text;
  for (const Issue& issue : issues) {
    if (!text.empty()) text += '\n';
    if (!issue.field.empty()) text += issue.field + ": ";
    text += issue.problem;
    if (!issue.remedy.empty()) text += " " + issue.remedy;
  }
  return text;
}

void throw_if_any(ErrorCode code, const std::vector<Issue>& issues) {
  if (!issues.empty()) throw Error(code, describe_issues(issues));
}

int exit_status(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::internal: return 1;
    case ErrorCode::usage: return 2;
    case ErrorCode::invalid_config:
    case ErrorCode::invalid_data: return 3;
    case ErrorCode::not_found:
    case ErrorCode::corrupt_file:
    case ErrorCode::incompatible: return 4;
    case ErrorCode::unavailable: return 5;
    case ErrorCode::out_of_memory: return 6;
    case ErrorCode::io:
    case ErrorCode::network: return 7;
    case ErrorCode::diverged: return 8;
    case ErrorCode::interrupted: return 130;
    case ErrorCode::terminated: return 143;
  }
  return 1;
}

} // namespace temper
