#include "data/source.h"

#include <algorithm>

#include "base/file_system.h"
#include "base/format.h"
#include "data/learned_spans.h"
#include "data/render.h"

namespace temper::data {
namespace {

TrainOn decide_train_on(
    const RenderOptions& options,
    Schema schema,
    const std::string& file) {
  if (options.mask_prompt &&
      options.train_on.value_or(TrainOn::assistant) != TrainOn::assistant) {
    throw make_error(
        ErrorCode::invalid_config,
        "mask_prompt learns the assistant's turns, but train_on asks for "
        "something else. Give one of the two.");
  }
  if (schema != Schema::text) {
    return options.train_on.value_or(TrainOn::assistant);
  }
  if (options.mask_prompt ||
      options.train_on.value_or(TrainOn::all) != TrainOn::all) {
    throw make_error(
        ErrorCode::invalid_config,
        "{}: {} needs turns, but the rows are plain \"text\". Leave the option "
        "out or use \"messages\".",
        file,
        options.mask_prompt ? "mask_prompt" : "train_on");
  }
  return TrainOn::all;
}

void require_template(
    const text::ChatTemplate* chat_template,
    Schema schema,
    const std::string& file) {
  if (chat_template || schema == Schema::text) return;
  throw make_error(
      ErrorCode::incompatible,
      "{}: the rows are conversations, but the model has no chat template. Add "
      "chat_template.jinja to the model's folder or use \"text\" rows.",
      file);
}

std::vector<text::Encoding> encode(
    const RenderedRows& rendered,
    Schema schema,
    const text::Tokenizer& tokenizer) {
  std::vector<std::string> texts;
  for (const auto& row : rendered.rows)
    texts.push_back(row.text);
  // A chat template writes its special tokens itself.
  return tokenizer.encode_batch(
      texts,
      schema == Schema::text ? text::SpecialTokens::add
                             : text::SpecialTokens::none);
}

Example
text_example(text::Encoding encoding, const text::Tokenizer& tokenizer) {
  Example example{std::move(encoding.ids), {}, ""};
  const auto eos = tokenizer.eos_token();
  if (eos && (example.tokens.empty() || example.tokens.back() != *eos)) {
    example.tokens.push_back(*eos);
  }
  example.loss_mask.assign(example.tokens.size(), 1);
  if (!example.loss_mask.empty()) example.loss_mask[0] = 0;
  return example;
}

Example chat_example(text::Encoding encoding, const RenderedRow& row) {
  auto mask = mask_of_spans(encoding.spans, row.learned);
  return {std::move(encoding.ids), std::move(mask), ""};
}

// Cuts examples to length and keeps those that have something to learn.
struct Sifter {
  Sifter(int max_seq_length, LoadReport& report)
      : most(std::size_t(max_seq_length)), facts(report) {}

  void add(Example example) {
    if (example.tokens.size() > most) {
      example.tokens.resize(most);
      example.loss_mask.resize(most);
      truncated.add(example.source);
      ++facts.truncated;
    }
    const auto supervised = example.supervised();
    if (supervised == 0) return empty.add(example.source);
    ++facts.rows;
    facts.total_tokens += std::int64_t(example.tokens.size());
    facts.supervised_tokens += supervised;
    examples.push_back(std::move(example));
  }

  std::size_t most;
  LoadReport& facts;
  Sightings truncated, empty;
  std::vector<Example> examples;
};

void warn(
    LoadReport& report,
    const std::string& file,
    const RenderedRows& rendered,
    const Sifter& sifter,
    int max_seq_length) {
  const auto add = [&](const Sightings& rows, const std::string& what) {
    if (rows.count() == 0) return;
    report.warnings.push_back(
        format("{}: {}: {}", file, rows.describe(), what));
  };
  add(rendered.lost_turns,
      "the chat template rewrites earlier turns, so the place of some "
      "assistant turns cannot be told and they are not learned. Split such "
      "rows into one for each turn.");
  add(rendered.special_tokens,
      "a message spells a special token, which the tokenizer reads as one. "
      "Rewrite the message unless this is meant.");
  add(sifter.truncated,
      format(
          "longer than {} tokens and cut at the end. Raise max_seq_length or "
          "shorten the rows.",
          max_seq_length));
  add(sifter.empty,
      "no token to learn, so skipped. Raise max_seq_length if the replies were "
      "cut off, or remove the lines.");
}

} // namespace

std::vector<Example> load_split(
    const std::string& folder,
    const std::string& split,
    const text::Tokenizer& tokenizer,
    const text::ChatTemplate* chat_template,
    const RenderOptions& options,
    LoadReport* report) {
  const std::string file = split + ".jsonl";
  const std::string path = join_path(folder, file);
  LoadReport unused;
  LoadReport& facts = report ? *report : unused;
  facts = {};
  if (!exists(path)) return {};

  const auto rows = io::read_jsonl(path);
  if (rows.empty()) {
    throw make_error(
        ErrorCode::invalid_data,
        "{}: has no rows; expected at least one. Add rows or remove the file.",
        path);
  }
  const auto schema = detect_schema(rows);
  const auto train_on = decide_train_on(options, schema, file);
  require_template(chat_template, schema, file);
  check_rows(rows, schema, train_on);
  const auto rendered =
      render_rows(rows, schema, train_on, tokenizer, chat_template);
  auto encodings = encode(rendered, schema, tokenizer);

  Sifter sifter(options.max_seq_length, facts);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto example = schema == Schema::text
        ? text_example(std::move(encodings[i]), tokenizer)
        : chat_example(std::move(encodings[i]), rendered.rows[i]);
    example.source = rows[i].source;
    sifter.add(std::move(example));
  }
  auto examples = std::move(sifter.examples);
  warn(facts, file, rendered, sifter, options.max_seq_length);
  if (examples.empty()) {
    throw make_error(
        ErrorCode::invalid_data,
        "{}: none of the {} rows has a token to learn ({} of them were cut at "
        "{} tokens). Raise max_seq_length, or check that the rows have "
        "replies.",
        path,
        rows.size(),
        facts.truncated,
        options.max_seq_length);
  }
  return examples;
}

} // namespace temper::data
