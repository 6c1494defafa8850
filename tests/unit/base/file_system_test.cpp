#include "base/file_system.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/mapped_file.h"
#include "unit/base/temp_folder.h"

namespace temper {
namespace {

using testing::TempFolder;

TEST(FileSystem, what_is_written_is_read) {
  TempFolder folder;
  const std::string bytes("a\0b\n\xff", 5);
  const auto path = folder / "file";
  write_file_atomic(path, bytes);
  EXPECT_EQ(read_file(path), bytes);
  write_file_atomic(path, "");
  EXPECT_EQ(read_file(path), "");
  EXPECT_EQ(folder.count(), 1u);
}

TEST(FileSystem, a_written_file_obeys_the_umask) {
  TempFolder folder;
  const auto before = ::umask(027);
  const auto path = folder / "file";
  write_file_atomic(path, "x");
  ::umask(before);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640u);
}

TEST(FileSystem, a_missing_file_is_not_found) {
  TempFolder folder;
  EXPECT_FAILS(
      read_file(folder / "no"),
      not_found,
      "no: there is no such file. Check the path.",
      folder);
  EXPECT_FALSE(exists(folder / "no"));
  EXPECT_TRUE(exists(folder.path()));
}

TEST(FileSystem, a_folder_is_not_read_as_a_file) {
  TempFolder folder;
  make_folders(folder / "a/b");
  EXPECT_TRUE(exists(folder / "a/b"));
  EXPECT_FAILS(
      read_file(folder / "a"),
      io,
      "a: is not a regular file. Check the path.",
      folder);
}

TEST(FileSystem, a_pipe_is_refused_without_waiting) {
  TempFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_FAILS(
      MappedFile(folder / "pipe"),
      io,
      "pipe: is not a regular file. Check the path.",
      folder);
}

TEST(FileSystem, a_file_over_the_limit_is_refused) {
  TempFolder folder;
  const auto path = folder.write("file", "12345");
  EXPECT_EQ(read_file(path, 5), "12345");
  EXPECT_FAILS(
      read_file(path, 4),
      corrupt_file,
      "file: 5 bytes, where at most 4 are expected. Check the file.",
      folder);
}

TEST(FileSystem, writing_into_no_folder_fails) {
  TempFolder folder;
  EXPECT_FAILS(
      write_file_atomic(folder / "no/file", "x"),
      io,
      "no/file: cannot be written: No such file or directory.",
      folder);
}

TEST(FileSystem, making_folders_under_a_file_fails) {
  TempFolder folder;
  folder.write("file", "x");
  EXPECT_FAILS(
      make_folders(folder / "file/sub"),
      io,
      "file/sub: cannot be created: Not a directory.",
      folder);
}

TEST(FileWriter, an_uncommitted_file_leaves_the_old_one_and_no_trace) {
  TempFolder folder;
  const auto path = folder.write("file", "old");
  {
    FileWriter file(path);
    file.write("new");
    EXPECT_EQ(read_file(path), "old");
    EXPECT_EQ(folder.count(), 2u);
  }
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(folder.count(), 1u);
}

TEST(FileWriter, two_writers_of_one_name_do_not_mix) {
  TempFolder folder;
  const auto path = folder / "file";
  FileWriter first(path), second(path);
  first.write("first");
  second.write("second");
  first.commit();
  EXPECT_EQ(read_file(path), "first");
  second.commit();
  EXPECT_EQ(read_file(path), "second");
  EXPECT_EQ(folder.count(), 1u);
}

TEST(FileWriter, a_name_taken_by_a_folder_fails_at_commit_and_is_cleaned) {
  TempFolder folder;
  make_folders(folder / "name");
  EXPECT_FAILS(
      write_file_atomic(folder / "name", "x"),
      io,
      "name: cannot be written: Is a directory.",
      folder);
  EXPECT_EQ(folder.count(), 1u);
}

TEST(FolderWriter, a_committed_folder_appears_whole) {
  TempFolder folder;
  FolderWriter writer(folder / "parent/step-1/");
  make_folders(writer.path() + "/sub");
  write_file_atomic(writer.path() + "/sub/a", "1");
  EXPECT_FALSE(exists(folder / "parent/step-1"));
  writer.commit();
  EXPECT_EQ(read_file(folder / "parent/step-1/sub/a"), "1");
  EXPECT_FALSE(exists(writer.path() + "/sub"));
}

TEST(FolderWriter, an_uncommitted_folder_is_removed) {
  TempFolder folder;
  {
    FolderWriter writer(folder / "step");
    write_file_atomic(writer.path() + "/a", "1");
    EXPECT_EQ(folder.count(), 1u);
  }
  EXPECT_EQ(folder.count(), 0u);
}

TEST(FolderWriter, a_name_in_use_is_not_overwritten) {
  TempFolder folder;
  make_folders(folder / "step");
  folder.write("step/old", "1");
  EXPECT_FAILS(
      FolderWriter(folder / "step").commit(),
      io,
      "step: cannot be written: Directory not empty.",
      folder);
  EXPECT_EQ(read_file(folder / "step/old"), "1");
  EXPECT_EQ(folder.count(), 1u);
}

TEST(MappedFile, moves_keep_the_bytes) {
  TempFolder folder;
  MappedFile a(folder.write("a", "first")), b(folder.write("b", "2nd"));
  a = std::move(b);
  ASSERT_EQ(a.bytes().size(), 3u);
  EXPECT_EQ(std::to_integer<char>(a.bytes()[0]), '2');
  MappedFile c(std::move(a));
  EXPECT_EQ(c.bytes().size(), 3u);
  EXPECT_EQ(folder.relative(c.path()), "b");
}

} // namespace
} // namespace temper
