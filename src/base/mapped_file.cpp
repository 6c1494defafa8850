#include "base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/format.h"

namespace temper {
namespace {

[[noreturn]] void fail(const std::string& path, int error) {
  if (error == ENOENT || error == ENOTDIR) {
    throw make_error(
        ErrorCode::not_found,
        "{}: there is no such file. Check the path.",
        path);
  }
  throw make_error(
      ErrorCode::io, "{}: cannot be read: {}.", path, std::strerror(error));
}

int open_regular(const std::string& path, std::size_t& size) {
  // Without O_NONBLOCK, opening a pipe would wait for its writer.
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) fail(path, errno);
  struct stat status{};
  int error = ::fstat(descriptor, &status) < 0 ? errno : 0;
  if (error == 0 && S_ISREG(status.st_mode)) {
    size = static_cast<std::size_t>(status.st_size);
    return descriptor;
  }
  ::close(descriptor);
  if (error != 0) fail(path, error);
  throw make_error(
      ErrorCode::io, "{}: is not a regular file. Check the path.", path);
}

} // namespace

MappedFile::MappedFile(std::string path) : path_(std::move(path)) {
  std::size_t size = 0;
  int descriptor = open_regular(path_, size);
  void* address = nullptr;
  int error = 0;
  if (size > 0) {
    address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (address == MAP_FAILED) error = errno;
  }
  ::close(descriptor);
  if (error != 0) fail(path_, error);
  bytes_ = {static_cast<const std::byte*>(address), size};
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : path_(std::move(other.path_)), bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) {
    ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
  }
}

} // namespace temper
