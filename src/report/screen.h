// The terminal: whether it is one, how wide, and what may be sent to it.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace temper::report {

// Model and data text with its control bytes shown as \xNN, so that it cannot
// steer the terminal. Newlines and tabs pass.
std::string printable(std::string_view text);

// As printable, but newlines and tabs are shown too (\n, \t).
std::string printable_line(std::string_view text);

enum class Style { plain, bold, dim, green, yellow, red };

// One output stream: standard output for results, standard error for the rest.
class Screen {
 public:
  // Colour and the live line are used when `stream` is a terminal, TERM is not
  // "dumb", and, for colour, NO_COLOR is unset.
  explicit Screen(std::FILE* stream);

  bool is_terminal() const { return is_terminal_; }
  int columns() const; // 80 when unknown

  std::string styled(Style style, const std::string& text) const;

  // Prints a line, above the live line if there is one.
  void line(const std::string& text);
  // Text as it comes, without a newline.
  void piece(const std::string& text);
  // Replaces the live line, cut to the terminal's width. Nothing when this is
  // not a terminal.
  void live(const std::string& text);
  void clear_live();

 private:
  std::FILE* stream_;
  bool is_terminal_;
  bool colours_;
  bool live_shown_ = false;
};

} // namespace temper::report
