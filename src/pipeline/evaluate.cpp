#include "temper/evaluate.h"

#include <chrono>

#include "base/describe.h"
#include "base/file_system.h"
#include "base/format.h"
#include "data/batches.h"
#include "data/source.h"
#include "eval/exact_match.h"
#include "pipeline/engine.h"
#include "pipeline/loaded.h"
#include "train/evaluate.h"

namespace temper {

namespace {

void check(const EvaluateConfig& config) {
  std::vector<Issue> issues;
  check_options(config, issues);
  if (config.data.empty()) {
    issues.push_back(
        {"--data", "is missing.", "Give a folder with test.jsonl."});
  }
  throw_if_any(ErrorCode::invalid_config, issues);
}

Split split_named(const std::string& name) {
  if (name == "train") return Split::train;
  return name == "valid" ? Split::valid : Split::test;
}

std::vector<data::Example> read_rows(
    const EvaluateConfig& config,
    const pipeline::Loaded& loaded,
    Observer& observer) {
  data::RenderOptions options;
  if (config.train_on)
    options.train_on = data::parse_train_on(*config.train_on);
  options.max_seq_length = config.max_seq_length;
  data::LoadReport report;
  auto rows = data::load_split(
      config.data,
      config.split,
      *loaded.tokenizer,
      loaded.chat_template.get(),
      options,
      &report);
  for (const auto& warning : report.warnings)
    observer.on(Warning{warning});
  if (rows.empty()) {
    throw make_error(
        ErrorCode::invalid_data,
        "{}: there is no {}.jsonl with rows. Name another --split or --data.",
        config.data,
        config.split);
  }
  if (config.limit > 0 && std::size_t(config.limit) < rows.size()) {
    rows.resize(std::size_t(config.limit));
  }
  return rows;
}

} // namespace

EvaluateResult evaluate(
    const EvaluateConfig& config,
    Observer* observer,
    const Cancel* cancel) {
  check(config);
  pipeline::prepare_engine();
  Observer& out = observer ? *observer : pipeline::silence();
  pipeline::Loaded loaded =
      pipeline::load(config.model, config.adapter_path, out);
  const auto begun = std::chrono::steady_clock::now();

  EvaluateResult result;
  const auto rows = read_rows(config, loaded, out);
  result.rows = std::int64_t(rows.size());
  result.loss = train::evaluate_loss(
      *loaded.model,
      data::fixed_batches(rows, config.batch_size, /* limit= */ -1),
      split_named(config.split),
      /* iteration= */ 0,
      cancel);
  out.on(result.loss);
  if (config.exact_match) {
    const auto match = eval::judge_answers(
        *loaded.model,
        *loaded.tokenizer,
        loaded.chat_template.get(),
        join_path(config.data, config.split + ".jsonl"),
        {.max_tokens = config.max_tokens, .limit = config.limit},
        &out,
        cancel);
    result.exact_matches = match.exact;
    result.rows = match.rows;
  }
  const std::chrono::duration<double> elapsed =
      std::chrono::steady_clock::now() - begun;
  result.seconds = elapsed.count();
  result.peak_memory_bytes = pipeline::peak_memory_bytes();
  return result;
}

} // namespace temper
