// A folder that lasts as long as a test, and the error that an act ends with.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "base/file_system.h"
#include "temper/error.h"

namespace temper::testing {

class TempFolder {
 public:
  TempFolder() {
    path_ = (std::filesystem::temp_directory_path() / "temper-test-XXXXXX");
    if (::mkdtemp(path_.data()) == nullptr) throw std::bad_alloc();
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const {
    return path_ + "/" + name;
  }
  // Writes a file, unsynced for speed, and returns its path.
  std::string write(const std::string& name, std::string_view bytes) const {
    auto path = *this / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  // Names in the folder, hidden ones included.
  std::size_t count() const {
    std::filesystem::directory_iterator begin(path_), end;
    return static_cast<std::size_t>(std::distance(begin, end));
  }
  // The message without this folder's path.
  std::string relative(std::string message) const {
    const auto prefix = path_ + "/";
    for (auto at = message.find(prefix); at != message.npos;
         at = message.find(prefix)) {
      message.erase(at, prefix.size());
    }
    return message;
  }

 private:
  std::string path_;
};

// The Error that the act throws, if it throws one.
template <class Act>
std::optional<Error> error_of(Act&& act) {
  try {
    act();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

} // namespace temper::testing

// The act must throw an Error of this code and message; `folder`'s path is left
// out of the message.
#define EXPECT_FAILS(act, wanted_code, wanted_message, folder)      \
  do {                                                              \
    auto found = ::temper::testing::error_of([&] { (void)(act); }); \
    ASSERT_TRUE(found.has_value()) << "nothing was thrown";         \
    EXPECT_EQ((folder).relative(found->message()), wanted_message); \
    EXPECT_EQ(found->code(), ::temper::ErrorCode::wanted_code);     \
  } while (false)
