#include "base/file_system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

#include "base/format.h"
#include "base/mapped_file.h"

namespace temper {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void
fail(const std::string& path, const char* act, const std::string& reason) {
  throw make_error(ErrorCode::io, "{}: cannot be {}: {}.", path, act, reason);
}

[[noreturn]] void fail(const std::string& path, const char* act, int error) {
  fail(path, act, std::string(std::strerror(error)));
}

std::string parent(const std::string& path) {
  auto folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

// A path without slashes at its end, so that it has a last component.
std::string trimmed(std::string path) {
  while (path.size() > 1 && path.back() == '/')
    path.pop_back();
  return path;
}

// Makes something new under a hidden name in the same folder, so that a rename
// stays on one volume; what an earlier process left is stepped over.
template <class Make>
std::string make_aside(const std::string& path, Make make) {
  static std::atomic<unsigned> counter = 0;
  for (;;) {
    auto aside = format(
        "{}/.{}.partial-{}-{}",
        parent(path),
        file_name(path),
        ::getpid(),
        counter++);
    if (make(aside.c_str()) >= 0) return aside;
    if (errno != EEXIST) fail(path, "written", errno);
  }
}

void sync(const std::string& path) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(path, "opened", errno);
  int error = ::fsync(descriptor) < 0 ? errno : 0;
  ::close(descriptor);
  if (error != 0) fail(path, "synced", error);
}

// The folder and what is in it.
void sync_all(const std::string& folder) {
  try {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_symlink()) continue;
      if (entry.is_regular_file() || entry.is_directory()) {
        sync(entry.path().string());
      }
    }
  } catch (const fs::filesystem_error& error) {
    fail(folder, "read", error.code().message());
  }
  sync(folder);
}

void move(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) < 0) fail(to, "written", errno);
  sync(parent(to));
}

} // namespace

bool exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

void make_folders(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) fail(path, "created", error.message());
}

std::string join_path(const std::string& folder, const std::string& name) {
  return (fs::path(folder) / name).string();
}

std::string file_name(const std::string& path) {
  return fs::path(path).filename().string();
}

std::string read_file(const std::string& path) {
  return read_file(path, std::numeric_limits<std::size_t>::max());
}

std::string read_file(const std::string& path, std::size_t limit) {
  MappedFile file(path);
  auto bytes = file.bytes();
  if (bytes.size() > limit) {
    throw make_error(
        ErrorCode::corrupt_file,
        "{}: {} bytes, where at most {} are expected. Check the file.",
        path,
        bytes.size(),
        limit);
  }
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void write_file_atomic(const std::string& path, std::string_view bytes) {
  FileWriter file(path);
  file.write(bytes);
  file.commit();
}

FileWriter::FileWriter(std::string path)
    : path_(std::move(path)), aside_(make_aside(path_, [this](auto name) {
        const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
        return descriptor_ = ::open(name, flags, 0666);
      })) {}

FileWriter::~FileWriter() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!aside_.empty()) ::unlink(aside_.c_str());
}

void FileWriter::write(std::string_view bytes) {
  write(std::as_bytes(std::span(bytes)));
}

void FileWriter::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    auto count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path_, "written", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void FileWriter::commit() {
  if (::fsync(descriptor_) < 0) fail(path_, "synced", errno);
  if (::close(std::exchange(descriptor_, -1)) < 0) {
    fail(path_, "written", errno);
  }
  move(aside_, path_);
  aside_.clear();
}

FolderWriter::FolderWriter(std::string final_path)
    : final_(trimmed(std::move(final_path))) {
  make_folders(parent(final_));
  aside_ =
      make_aside(final_, [](const char* name) { return ::mkdir(name, 0777); });
}

FolderWriter::~FolderWriter() {
  std::error_code ignored;
  if (!aside_.empty()) fs::remove_all(aside_, ignored);
}

void FolderWriter::commit() {
  sync_all(aside_);
  move(aside_, final_);
  aside_.clear();
}

} // namespace temper
