// Files and folders. Nothing else in Temper opens a file for writing: here it
// is written aside, synced and renamed, so a name holds old or new, never half.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace temper {

// True when something is there, a dangling link included not.
bool exists(const std::string& path);

// Creates the folder and its parents. Throws io.
void make_folders(const std::string& path);

// "a" and "b" make "a/b".
std::string join_path(const std::string& folder, const std::string& name);

// The last component: "train.jsonl" of "data/train.jsonl".
std::string file_name(const std::string& path);

// The whole file. Throws not_found, io, or corrupt_file over `limit` bytes.
std::string read_file(const std::string& path);
std::string read_file(const std::string& path, std::size_t limit);

// Replaces the file as a whole, or leaves it as it was. Throws io.
void write_file_atomic(const std::string& path, std::string_view bytes);

// A file that appears at its name on commit(), in one step. Uncommitted, it is
// removed. The folder must exist.
//   FileWriter file(path); file.write(header); file.write(data); file.commit();
class FileWriter {
 public:
  explicit FileWriter(std::string path);
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  ~FileWriter();

  void write(std::string_view bytes);
  void write(std::span<const std::byte> bytes);
  // Syncs, renames and syncs the folder. Throws io.
  void commit();

 private:
  int descriptor_ = -1; // first: opened while aside_ is made
  std::string path_, aside_;
};

// A folder that appears at its name on commit(), with all that was written to
// path() until then. Uncommitted, it is removed with its contents. The final
// name must be free, or an empty folder, when commit() is called.
class FolderWriter {
 public:
  explicit FolderWriter(std::string final_path);
  FolderWriter(const FolderWriter&) = delete;
  FolderWriter& operator=(const FolderWriter&) = delete;
  ~FolderWriter();

  // Where to write: a folder beside the final one.
  const std::string& path() const { return aside_; }
  // Syncs every file and folder, renames and syncs the parent. Throws io.
  void commit();

 private:
  std::string final_, aside_;
};

} // namespace temper
