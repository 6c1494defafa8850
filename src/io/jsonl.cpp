#include "io/jsonl.h"

#include <algorithm>

#include "base/file_system.h"
#include "base/format.h"
#include "base/mapped_file.h"

namespace temper::io {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::string_view space = " \t\r";

bool is_blank(std::string_view line) {
  return line.find_first_not_of(space) == line.npos;
}

Json parse_row(std::string_view line, const std::string& source) {
  if (is_blank(line)) {
    throw make_error(
        ErrorCode::invalid_data, "{}: the line is blank. Remove it.", source);
  }
  try {
    return parse_json(line, source);
  } catch (const Error& error) {
    throw Error(ErrorCode::invalid_data, error.message());
  }
}

std::string_view without_blank_end(std::string_view text) {
  auto last = text.find_last_not_of(" \t\r\n");
  return text.substr(0, last == text.npos ? 0 : last + 1);
}

} // namespace

std::vector<JsonlRow> read_jsonl(const std::string& path) {
  const MappedFile file(path);
  std::string_view text(
      reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
  if (text.starts_with(byte_order_mark)) {
    text.remove_prefix(byte_order_mark.size());
  }
  text = without_blank_end(text);
  const auto name = file_name(path);
  std::vector<JsonlRow> rows;
  while (!text.empty()) {
    auto end = std::min(text.find('\n'), text.size());
    auto source = format("{}:{}", name, rows.size() + 1);
    auto value = parse_row(text.substr(0, end), source);
    rows.push_back({std::move(value), std::move(source)});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return rows;
}

} // namespace temper::io
