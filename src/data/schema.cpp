#include "data/schema.h"

#include "base/format.h"
#include "data/faults.h"

namespace temper::data {
namespace {

// Says in messages which kind of value stands somewhere.
std::string kind_of(const Json& value) {
  if (value.is_null()) return "null";
  return format(
      "{} {}",
      value.is_array() || value.is_object() ? "an" : "a",
      value.type_name());
}

class RowCheck {
 public:
  RowCheck(const io::JsonlRow& row, Faults& faults)
      : row_(row.value), source_(row.source), faults_(faults) {}

  void text(const char* key) {
    if (!row_.contains(key)) return missing(key);
    if (!row_[key].is_string()) return wrong(key, row_[key], "a string");
  }

  void tools() {
    if (!row_.contains("tools")) return;
    const Json& tools = row_["tools"];
    if (!tools.is_null() && !tools.is_array())
      wrong("tools", tools, "an array");
  }

  void chat(TrainOn train_on) {
    if (!row_.contains("messages")) return missing("messages");
    const Json& messages = row_["messages"];
    if (!messages.is_array()) return wrong("messages", messages, "an array");
    if (messages.empty()) {
      return add(
          "\"messages\" is empty; expected at least one message.", remove);
    }
    for (std::size_t i = 0; i < messages.size(); ++i) {
      if (!message(messages[i], format("messages[{}]", i))) return;
    }
    const auto last = messages.back()["role"].get<std::string>();
    if (train_on != TrainOn::all && last != "assistant") {
      add(format(
              "\"messages\" ends with role \"{}\"; training needs a reply to "
              "learn.",
              last),
          "Remove the line or add one.");
    }
  }

 private:
  static constexpr const char* remove = "Correct or remove the line.";

  // False when something was wrong.
  bool message(const Json& value, const std::string& where) {
    if (!value.is_object()) return wrong(where, value, "an object"), false;
    if (!value.contains("role")) {
      add(format("\"{}\" has no \"role\".", where), remove);
      return false;
    }
    if (!value["role"].is_string()) {
      wrong(where + ".role", value["role"], "a string");
      return false;
    }
    return content(value, where);
  }

  // Text, or parts for templates that take them. A call of tools needs none.
  bool content(const Json& value, const std::string& where) {
    const bool calls = value.contains("tool_calls");
    if (!value.contains("content")) {
      if (!calls) add(format("\"{}\" has no \"content\".", where), remove);
      return calls;
    }
    const Json& content = value["content"];
    const bool fits = content.is_string() || content.is_array() ||
        (content.is_null() && calls);
    if (!fits) wrong(where + ".content", content, "a string");
    return fits;
  }

  void missing(const char* key) {
    add(format("has no \"{}\", which the file's first row has.", key),
        "Give every row of a file the same keys.");
  }

  void wrong(const std::string& key, const Json& value, const char* expected) {
    add(format("\"{}\" is {}; expected {}.", key, kind_of(value), expected),
        remove);
  }

  void add(std::string problem, std::string remedy) {
    faults_.add(source_, std::move(problem), std::move(remedy));
  }

  const Json& row_;
  const std::string& source_;
  Faults& faults_;
};

} // namespace

Schema detect_schema(const std::vector<io::JsonlRow>& rows) {
  const auto& [row, source] = rows.at(0);
  if (row.is_object()) {
    if (row.contains("prompt") && row.contains("completion")) {
      return Schema::completions;
    }
    if (row.contains("messages")) return Schema::chat;
    if (row.contains("text")) return Schema::text;
  }
  std::string found = kind_of(row);
  if (row.is_object()) {
    found = row.empty() ? "no keys" : "the keys ";
    for (const auto& item : row.items()) {
      found += (found.back() == ' ' ? "\"" : ", \"") + item.key() + '"';
    }
  }
  throw make_error(
      ErrorCode::invalid_data,
      "{}: found {}; expected \"messages\", \"prompt\" and \"completion\", or "
      "\"text\". Rename the keys.",
      source,
      found);
}

void check_rows(
    const std::vector<io::JsonlRow>& rows,
    Schema schema,
    TrainOn train_on) {
  Faults faults;
  for (const auto& row : rows) {
    if (!row.value.is_object()) {
      faults.add(
          row.source,
          format("found {}; expected an object.", kind_of(row.value)),
          "Write one JSON object a line.");
      continue;
    }
    RowCheck check(row, faults);
    switch (schema) {
      case Schema::text: check.text("text"); break;
      case Schema::chat: check.chat(train_on); break;
      case Schema::completions:
        check.text("prompt");
        check.text("completion");
        break;
    }
    if (schema != Schema::text) check.tools();
  }
  faults.throw_if_any();
}

} // namespace temper::data
