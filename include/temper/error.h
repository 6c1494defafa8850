// What goes wrong, as data: one exception type, a few codes, and lists of
// issues that validation returns whole.
#pragma once

#include <exception>
#include <string>
#include <vector>

namespace temper {

// Each code maps to one exit status of the command line (exit_status below).
enum class ErrorCode {
  internal, // a mistake of ours
  usage, // the command line cannot be understood
  invalid_config, // options contradict each other or are out of range
  invalid_data, // training or evaluation rows are wrong
  not_found, // a model or adapter file is missing
  corrupt_file, // a file breaks its own format
  incompatible, // a sound file that does not fit (shapes, names, versions)
  unavailable, // no usable device or engine
  out_of_memory,
  io, // disk full, permission, read or write failure
  network,
  diverged, // the loss or a gradient stopped being finite
  interrupted, // SIGINT
  terminated, // SIGTERM
};

// A failure with its code. A message says where, what was found, what was
// expected and what to do, and ends with a full stop.
class Error : public std::exception {
 public:
  Error(ErrorCode code, std::string message)
      : code_(code), message_(std::move(message)) {}

  ErrorCode code() const noexcept { return code_; }
  const std::string& message() const noexcept { return message_; }
  const char* what() const noexcept override { return message_.c_str(); }

  // Puts "context: " before the message. Catch, add, rethrow with `throw;`.
  void add_context(const std::string& context);

 private:
  ErrorCode code_;
  std::string message_;
};

// One fault found by validation.
struct Issue {
  std::string field; // option, file:line or tensor name
  std::string problem; // what was found and what was expected
  std::string remedy; // what to do
};

// Joins issues, one a line, as "field: problem remedy".
std::string describe_issues(const std::vector<Issue>& issues);

// Throws Error(code) with all issues when there are any.
void throw_if_any(ErrorCode code, const std::vector<Issue>& issues);

// The status a process ends with: 1 failure, 2 usage, 3 configuration or data,
// 4 model or artifact, 5 device or environment, 6 memory, 7 disk or I/O,
// 8 diverged, 130 SIGINT, 143 SIGTERM.
int exit_status(ErrorCode code) noexcept;

} // namespace temper
