// Visitors over described options (temper/option.h): listing, reading from
// text and JSON, checking, saving. Parsing, help, YAML and the saved run file
// all come from here, so an option is written once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/json.h"
#include "temper/error.h"
#include "temper/option.h"

namespace temper {

struct OptionSpec {
  std::string key; // dotted inside a group: "lora_parameters.rank"
  std::string flag; // "--lora-rank"
  std::string help;
  std::string default_text; // empty when there is none to show
  std::string value_name; // "INT", "FLOAT", "TEXT"; empty for a switch
  bool is_switch = false;
  bool is_list = false;
};

// Flags as typed: key -> values. A switch has no value.
using GivenFlags = std::map<std::string, std::vector<std::string>>;

namespace describing {

template <class T>
struct Unwrapped {
  using type = T;
};
template <class T>
struct Unwrapped<std::optional<T>> {
  using type = T;
};
template <class T>
using unwrapped = typename Unwrapped<T>::type;

template <class T>
inline constexpr bool is_list = std::is_same_v<T, std::vector<std::string>>;

// "lora_parameters" + "rank" -> "--lora-rank"; "" + "batch_size" ->
// "--batch-size".
std::string flag_name(const std::string& group, const std::string& key);

std::optional<std::string> read(const std::string& text, bool& value);
std::optional<std::string> read(const std::string& text, int& value);
std::optional<std::string> read(const std::string& text, std::int64_t& value);
std::optional<std::string> read(const std::string& text, double& value);
std::optional<std::string> read(const std::string& text, std::string& value);

std::optional<std::string> read(const Json& json, bool& value);
std::optional<std::string> read(const Json& json, int& value);
std::optional<std::string> read(const Json& json, std::int64_t& value);
std::optional<std::string> read(const Json& json, double& value);
std::optional<std::string> read(const Json& json, std::string& value);
std::optional<std::string>
read(const Json& json, std::vector<std::string>& value);

template <class T>
std::optional<std::string> read(const auto& source, std::optional<T>& value) {
  T inner{};
  auto problem = read(source, inner);
  if (!problem) value = inner;
  return problem;
}

template <class T>
std::string show(const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return value;
  } else if constexpr (std::is_same_v<T, bool> || is_list<T>) {
    return "";
  } else {
    return Json(value).dump();
  }
}

template <class T>
std::string show(const std::optional<T>& value) {
  return value ? show(*value) : "";
}

template <class T>
const char* value_name() {
  if constexpr (std::is_same_v<T, bool>) return "";
  if constexpr (std::is_integral_v<T>) return "INT";
  if constexpr (std::is_floating_point_v<T>) return "FLOAT";
  return "TEXT";
}

// Calls leaf(group, key, value, help, checks...) for every option, groups
// opened.
template <class Leaf>
struct Walk {
  Leaf leaf;
  std::string group;

  template <class T, class... Checks>
  void operator()(
      const char* key,
      T& value,
      const char* help,
      const Checks&... checks) {
    using Plain = std::remove_const_t<T>;
    if constexpr (Described<Plain>) {
      Walk<Leaf&> inner{leaf, key};
      Plain::describe(value, inner);
    } else {
      leaf(group, std::string(key), value, std::string(help), checks...);
    }
  }
};

template <class T, class Leaf>
void walk(T& config, Leaf leaf) {
  Walk<Leaf&> visitor{leaf, ""};
  std::remove_const_t<T>::describe(config, visitor);
}

inline std::string dotted(const std::string& group, const std::string& key) {
  return group.empty() ? key : group + "." + key;
}

// Adds an issue for every key of `json` that `known` lacks, with the nearest
// one as remedy.
void refuse_unknown_keys(
    const Json& json,
    const std::string& group,
    const std::vector<std::string>& known,
    std::vector<Issue>& issues);

} // namespace describing

template <class T>
std::vector<OptionSpec> list_options(const T& config) {
  std::vector<OptionSpec> options;
  describing::walk(
      config,
      [&](const std::string& group,
          const std::string& key,
          const auto& value,
          const std::string& help,
          const auto&... checks) {
        using Value = std::remove_cvref_t<decltype(value)>;
        using Inner = describing::unwrapped<Value>;
        OptionSpec spec;
        spec.key = describing::dotted(group, key);
        spec.flag = describing::flag_name(group, key);
        spec.help = help;
        spec.default_text = describing::show(value);
        spec.value_name = describing::value_name<Inner>();
        spec.is_switch = std::is_same_v<Inner, bool>;
        spec.is_list = describing::is_list<Inner>;
        [[maybe_unused]] auto note_choices = [&](const auto& check) {
          if constexpr (std::is_same_v<
                            std::remove_cvref_t<decltype(check)>,
                            OneOf>) {
            std::string choices;
            for (const auto& choice : check.values) {
              choices += (choices.empty() ? "" : "|") + choice;
            }
            spec.value_name = choices;
          }
        };
        (note_choices(checks), ...);
        options.push_back(std::move(spec));
      });
  return options;
}

// Reads flags into `config`; what cannot be read becomes an issue named after
// the flag.
template <class T>
void set_from_flags(
    T& config,
    const GivenFlags& given,
    std::vector<Issue>& issues) {
  describing::walk(
      config,
      [&](const std::string& group,
          const std::string& key,
          auto& value,
          const std::string&,
          const auto&...) {
        const auto found = given.find(describing::dotted(group, key));
        if (found == given.end()) return;
        using Value = std::remove_cvref_t<decltype(value)>;
        if constexpr (describing::is_list<Value>) {
          value = found->second;
        } else if constexpr (std::is_same_v<Value, bool>) {
          value = true;
        } else {
          const std::string& text = found->second.back();
          if (const auto problem = describing::read(text, value)) {
            issues.push_back(
                {describing::flag_name(group, key),
                 "\"" + text + "\" " + *problem + ".",
                 ""});
          }
        }
      });
}

// Reads an object into `config`. Unknown keys and wrong types become issues.
template <class T>
void set_from_json(T& config, const Json& json, std::vector<Issue>& issues) {
  std::map<std::string, std::vector<std::string>> known;
  describing::walk(
      config,
      [&](const std::string& group,
          const std::string& key,
          auto& value,
          const std::string&,
          const auto&...) {
        known[group].push_back(key);
        if (!group.empty() && !json.contains(group)) return;
        const Json& scope = group.empty() ? json : json.at(group);
        if (!scope.is_object() || !scope.contains(key)) return;
        const Json& found = scope.at(key);
        if (found.is_null()) return; // as mlx-lm: null means the default
        if (const auto problem = describing::read(found, value)) {
          issues.push_back(
              {describing::dotted(group, key),
               found.dump() + " " + *problem + ".",
               ""});
        }
      });
  for (const auto& [group, keys] : known) {
    if (group.empty()) continue;
    known[""].push_back(group);
    if (!json.contains(group) || json.at(group).is_null()) continue;
    if (!json.at(group).is_object()) {
      issues.push_back({group, "must be a mapping.", ""});
      continue;
    }
    describing::refuse_unknown_keys(json.at(group), group, keys, issues);
  }
  describing::refuse_unknown_keys(json, "", known[""], issues);
}

// Runs every option's own checks.
template <class T>
void check_options(const T& config, std::vector<Issue>& issues) {
  describing::walk(
      config,
      [&](const std::string& group,
          const std::string& key,
          const auto& value,
          const std::string&,
          const auto&... checks) {
        auto run = [&](const auto& inner, const auto& check) {
          if (const auto problem = check(inner)) {
            issues.push_back(
                {describing::flag_name(group, key),
                 describing::show(inner) + " " + *problem + ".",
                 ""});
          }
        };
        [[maybe_unused]] auto run_on = [&](const auto& check) {
          using Value = std::remove_cvref_t<decltype(value)>;
          if constexpr (std::is_same_v<describing::unwrapped<Value>, Value>) {
            run(value, check);
          } else if (value) {
            run(*value, check);
          }
        };
        (run_on(checks), ...);
      });
}

// As mlx-lm saves it: every option, groups as objects, absent ones null.
template <class T>
Json to_json(const T& config) {
  Json json = Json::object();
  describing::walk(
      config,
      [&](const std::string& group,
          const std::string& key,
          const auto& value,
          const std::string&,
          const auto&...) {
        Json& scope = group.empty() ? json : json[group];
        using Value = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<describing::unwrapped<Value>, Value>) {
          scope[key] = value;
        } else if (value) {
          scope[key] = *value;
        } else {
          scope[key] = nullptr;
        }
      });
  return json;
}

} // namespace temper
