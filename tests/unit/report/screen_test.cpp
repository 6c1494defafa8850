#include "report/screen.h"

#include <gtest/gtest.h>

namespace temper::report {
namespace {

TEST(Screen, ControlBytesOfModelTextAreShownNotSent) {
  EXPECT_EQ(printable("a\x1b[2Jb\n\tc\x7f"), "a\\x1b[2Jb\n\tc\\x7f");
  EXPECT_EQ(printable_line("a\nb\r"), "a\\nb\\x0d");
  EXPECT_EQ(printable("grüße 🎉"), "grüße 🎉");
}

TEST(Screen, AFileGetsNeitherColourNorTheLiveLine) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  Screen screen(file);
  screen.live("50 %");
  screen.line(screen.styled(Style::red, "done"));
  std::rewind(file);
  char text[64] = {};
  const std::size_t size = std::fread(text, 1, sizeof text - 1, file);
  EXPECT_EQ(std::string(text, size), "done\n");
  std::fclose(file);
}

} // namespace
} // namespace temper::report
