// A GGUF file made in memory, for tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace temper::conversion::test {

// Element types as GGUF numbers them.
inline constexpr std::uint32_t kF32 = 0, kF16 = 1, kQ4_0 = 2, kQ4_1 = 3,
                               kQ8_0 = 8;

class TinyGguf {
 public:
  void text(const std::string& key, const std::string& value) {
    begin(key, 8);
    put_text(meta_, value);
  }
  void count(const std::string& key, std::uint32_t value) {
    begin(key, 4);
    put(meta_, value);
  }
  void number(const std::string& key, float value) {
    begin(key, 6);
    put(meta_, value);
  }
  void flag(const std::string& key, bool value) {
    begin(key, 7);
    put(meta_, std::uint8_t(value));
  }
  void texts(const std::string& key, const std::vector<std::string>& values) {
    begin(key, 9);
    put(meta_, std::uint32_t(8));
    put(meta_, std::uint64_t(values.size()));
    for (const auto& value : values)
      put_text(meta_, value);
  }
  void counts(const std::string& key, const std::vector<std::int32_t>& values) {
    begin(key, 9);
    put(meta_, std::uint32_t(5));
    put(meta_, std::uint64_t(values.size()));
    for (auto value : values)
      put(meta_, value);
  }
  // `shape` is row-major, as in [out, in].
  void tensor(
      const std::string& name,
      const std::vector<std::uint64_t>& shape,
      std::uint32_t type,
      const std::string& bytes) {
    put_text(infos_, name);
    put(infos_, std::uint32_t(shape.size()));
    for (auto n = shape.rbegin(); n != shape.rend(); ++n)
      put(infos_, *n);
    put(infos_, type);
    put(infos_, std::uint64_t(data_.size()));
    data_ += bytes;
    data_.resize((data_.size() + 31) / 32 * 32);
    ++tensors_;
  }

  void write(const std::string& path) const {
    std::string file = "GGUF";
    put(file, std::uint32_t(3));
    put(file, tensors_);
    put(file, keys_);
    file += meta_ + infos_;
    file.resize((file.size() + 31) / 32 * 32);
    file += data_;
    std::ofstream(path, std::ios::binary) << file;
  }

  template <class T>
  static void put(std::string& out, T value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
  }

 private:
  static void put_text(std::string& out, const std::string& value) {
    put(out, std::uint64_t(value.size()));
    out += value;
  }
  void begin(const std::string& key, std::uint32_t type) {
    put_text(meta_, key);
    put(meta_, type);
    ++keys_;
  }

  std::string meta_, infos_, data_;
  std::uint64_t keys_ = 0, tensors_ = 0;
};

// A folder of its own for each test, gone afterwards.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name =
        (std::filesystem::temp_directory_path() / "convertXXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const {
    return path_ + "/" + name;
  }

 private:
  std::string path_;
};

} // namespace temper::conversion::test
