#include "report/screen.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "base/format.h"

namespace temper::report {

namespace {

std::string shown(std::string_view text, bool keep_lines) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n' || c == '\t') {
      if (keep_lines) {
        out += c;
      } else {
        out += c == '\n' ? "\\n" : "\\t";
      }
    } else if (byte < 0x20 || byte == 0x7f) {
      out += format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

const char* escape(Style style) {
  switch (style) {
    case Style::plain: return "";
    case Style::bold: return "\x1b[1m";
    case Style::dim: return "\x1b[2m";
    case Style::green: return "\x1b[32m";
    case Style::yellow: return "\x1b[33m";
    case Style::red: return "\x1b[31m";
  }
  return "";
}

bool environment_is(const char* name, std::string_view value) {
  const char* found = std::getenv(name);
  return found && found == value;
}

} // namespace

std::string printable(std::string_view text) {
  return shown(text, /* keep_lines= */ true);
}

std::string printable_line(std::string_view text) {
  return shown(text, /* keep_lines= */ false);
}

Screen::Screen(std::FILE* stream)
    : stream_(stream),
      is_terminal_(isatty(fileno(stream)) && !environment_is("TERM", "dumb")) {
  const char* no_color = std::getenv("NO_COLOR");
  colours_ = is_terminal_ && !(no_color && *no_color);
}

int Screen::columns() const {
  winsize size{};
  if (ioctl(fileno(stream_), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  return 80;
}

std::string Screen::styled(Style style, const std::string& text) const {
  if (!colours_ || style == Style::plain) return text;
  return escape(style) + text + "\x1b[0m";
}

void Screen::line(const std::string& text) {
  clear_live();
  std::fputs((text + "\n").c_str(), stream_);
  std::fflush(stream_);
}

void Screen::piece(const std::string& text) {
  clear_live();
  std::fputs(text.c_str(), stream_);
  std::fflush(stream_);
}

void Screen::live(const std::string& text) {
  if (!is_terminal_) return;
  const auto width = static_cast<std::size_t>(columns() - 1);
  std::fputs(("\r\x1b[2K" + text.substr(0, width)).c_str(), stream_);
  std::fflush(stream_);
  live_shown_ = true;
}

void Screen::clear_live() {
  if (!live_shown_) return;
  std::fputs("\r\x1b[2K", stream_);
  live_shown_ = false;
}

} // namespace temper::report
