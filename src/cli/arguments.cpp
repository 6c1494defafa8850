#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/format.h"
#include "base/nearest.h"

namespace temper::cli {

namespace {

// Help is at most this wide, and option texts begin at this column.
constexpr std::size_t kWidth = 80;
constexpr std::size_t kColumn = 30;

std::string wrapped(const std::string& left, const std::string& text) {
  std::string out = "  " + left;
  std::size_t column = out.size();
  if (column + 1 >= kColumn) {
    out += '\n';
    column = 0;
  }
  out.append(kColumn - column, ' ');
  column = kColumn;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (column != kColumn && column + 1 + word.size() > kWidth) {
      out += '\n';
      out.append(kColumn, ' ');
      column = kColumn;
    }
    if (column != kColumn) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out + '\n';
}

std::string with_value(const std::string& flag, const std::string& value) {
  return value.empty() ? flag : flag + " " + value;
}

// Where one flag's words go while CLI11 reads them.
struct Sink {
  std::string flags; // "--max-tokens,-m"
  std::string key;
  bool is_switch, is_list;
  std::vector<std::string> values = {};
  bool given = false;
};

std::vector<std::string> known_flags(const CommandSyntax& syntax) {
  std::vector<std::string> names{"--help"};
  for (const auto& option : syntax.options)
    names.push_back(option.flag);
  for (const auto& extra : syntax.extras)
    names.push_back("--" + extra.name);
  return names;
}

[[noreturn]] void
refuse_word(const CommandSyntax& syntax, const std::string& word) {
  const std::string flag = word.substr(0, word.find('='));
  for (const auto& refused : syntax.refused) {
    if (refused.flag == flag) {
      throw make_error(
          ErrorCode::usage, "{}: {}", refused.flag, refused.reason);
    }
  }
  if (!flag.starts_with("-")) {
    throw make_error(
        ErrorCode::usage,
        "temper {}: unexpected word \"{}\". Options begin with --; see temper "
        "{} --help.",
        syntax.name,
        word,
        syntax.name);
  }
  const auto close = nearest(flag, known_flags(syntax));
  throw make_error(
      ErrorCode::usage,
      "temper {} has no option {}. {}",
      syntax.name,
      flag,
      close ? "Did you mean " + *close + "?"
            : "See temper " + syntax.name + " --help.");
}

std::vector<Sink> make_sinks(const CommandSyntax& syntax) {
  std::vector<Sink> sinks;
  for (const auto& option : syntax.options) {
    std::string flags = option.flag;
    for (const auto& [name, key] : syntax.short_names) {
      if (key == option.key) flags += ",-" + name;
    }
    for (const auto& [name, key] : syntax.aliases) {
      if (key == option.key) flags += ",--" + name;
    }
    sinks.push_back({flags, option.key, option.is_switch, option.is_list});
  }
  return sinks;
}

} // namespace

ParsedCommand parse_command(
    const CommandSyntax& syntax,
    const std::vector<std::string>& words) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<Sink> sinks = make_sinks(syntax);
  const std::size_t option_count = sinks.size();
  for (const auto& extra : syntax.extras) {
    std::string flags = "--" + extra.name;
    if (!extra.short_name.empty()) flags += ",-" + extra.short_name;
    sinks.push_back({flags, extra.name, extra.value_name.empty(), false});
  }
  bool help = false;
  app.add_flag("-h,--help", help);
  for (Sink& sink : sinks) {
    if (sink.is_switch) {
      app.add_flag(sink.flags, sink.given);
    } else {
      auto* option = app.add_option(sink.flags, sink.values);
      option->expected(
          1, sink.is_list ? CLI::detail::expected_max_vector_size : 1);
      if (!sink.is_list) option->take_last();
    }
  }
  try {
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    throw make_error(
        ErrorCode::usage,
        "temper {}: {}. See temper {} --help.",
        syntax.name,
        error.what(),
        syntax.name);
  }
  if (!help && app.remaining_size() > 0) {
    refuse_word(syntax, app.remaining().front());
  }
  ParsedCommand parsed;
  parsed.help = help;
  for (std::size_t i = 0; i < sinks.size(); ++i) {
    if (!sinks[i].given && sinks[i].values.empty()) continue;
    auto& target = i < option_count ? parsed.options : parsed.extras;
    target[sinks[i].key] = std::move(sinks[i].values);
  }
  return parsed;
}

std::string help_text(const CommandSyntax& syntax) {
  std::string text = format(
      "{}\n\nUsage: temper {} [OPTIONS]\n\nOptions:\n",
      syntax.summary,
      syntax.name);
  for (const auto& option : syntax.options) {
    std::string flag = option.flag;
    for (const auto& [name, key] : syntax.short_names) {
      if (key == option.key) flag = "-" + name + ", " + flag;
    }
    for (const auto& [name, key] : syntax.aliases) {
      if (key == option.key) flag += ", --" + name;
    }
    std::string value = option.value_name;
    if (option.is_list) value += "...";
    std::string help = option.help;
    if (!option.default_text.empty()) help += " [" + option.default_text + "]";
    text += wrapped(with_value(flag, value), help);
  }
  for (const auto& extra : syntax.extras) {
    std::string flag = "--" + extra.name;
    if (!extra.short_name.empty()) flag = "-" + extra.short_name + ", " + flag;
    text += wrapped(with_value(flag, extra.value_name), extra.help);
  }
  text += wrapped("-h, --help", "Show this text.");
  if (!syntax.footer.empty()) text += "\n" + syntax.footer;
  return text;
}

} // namespace temper::cli
