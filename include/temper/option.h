// How an option is described, once. A config struct has
//
//   static void describe(auto& c, auto&& field) {
//     field("rank", c.rank, "Inner width r of the update.", at_least(1));
//   }
//
// and a visitor reads it: command-line flags, help, YAML, checks, the saved
// run file and bindings all come from that one line. The YAML key is the name;
// the flag is the name with dashes.
#pragma once

#include <concepts>
#include <initializer_list>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace temper {

// A check says what is wrong with a value, or nothing.
struct AtLeast {
  double low;
  std::optional<std::string> operator()(double value) const {
    if (value >= low) return std::nullopt;
    std::ostringstream text;
    text << "must be at least " << low;
    return text.str();
  }
};

struct Above {
  double low;
  std::optional<std::string> operator()(double value) const {
    if (value > low) return std::nullopt;
    std::ostringstream text;
    text << "must be greater than " << low;
    return text.str();
  }
};

struct Between {
  double low, high;
  std::optional<std::string> operator()(double value) const {
    if (value >= low && value <= high) return std::nullopt;
    std::ostringstream text;
    text << "must be between " << low << " and " << high;
    return text.str();
  }
};

struct OneOf {
  std::vector<std::string> values;
  std::optional<std::string> operator()(const std::string& value) const {
    std::string list;
    for (const auto& v : values) {
      if (v == value) return std::nullopt;
      list += (list.empty() ? "" : ", ") + v;
    }
    return "must be one of " + list;
  }
};

inline AtLeast at_least(double low) {
  return {low};
}
inline Above above(double low) {
  return {low};
}
inline Between between(double low, double high) {
  return {low, high};
}
inline OneOf one_of(std::initializer_list<std::string> values) {
  return {values};
}

// A struct that describes its own options, nested inside another.
template <class T>
concept Described = requires(T& c) { T::describe(c, [](auto&&...) {}); };

} // namespace temper
