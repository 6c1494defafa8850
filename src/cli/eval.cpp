#include "base/format.h"
#include "base/units.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "report/terminal.h"
#include "temper/evaluate.h"

namespace temper::cli {

namespace {

CommandSyntax syntax() {
  return {
      .name = "eval",
      .summary =
          "Measure loss and perplexity on one split of a data set, and exact "
          "match of\ngenerated answers.",
      .footer =
          "Example:\n"
          "  temper eval --model models/smollm2 --adapter-path adapters \\\n"
          "      --data examples/commands --exact-match --json",
      .options = list_options(EvaluateConfig{}),
      .extras = {{"json", "", "", "Print one JSON object, answers included."}},
      .refused = {},
      .short_names = {},
      .aliases = {},
  };
}

// Keeps the answers for the JSON object, and passes everything on.
class AnswerList : public Observer {
 public:
  explicit AnswerList(Observer& next) : next_(next) {}
  void on(const Event& event) override {
    if (const auto* answer = std::get_if<AnswerJudged>(&event)) {
      answers_.push_back(
          {{"prompt", answer->prompt},
           {"reference", answer->reference},
           {"answer", answer->answer},
           {"exact", answer->exact}});
    }
    next_.on(event);
  }
  const Json& answers() const { return answers_; }

 private:
  Observer& next_;
  Json answers_ = Json::array();
};

Json as_json(
    const EvaluateConfig& config,
    const EvaluateResult& result,
    const Json& answers) {
  Json json{
      {"model", config.model},
      {"adapter_path",
       config.adapter_path ? Json(*config.adapter_path) : Json(nullptr)},
      {"data", config.data},
      {"split", config.split},
      {"rows", result.rows},
      {"loss", result.loss.loss},
      {"perplexity", result.loss.perplexity},
      {"tokens", result.loss.tokens},
      {"seconds", result.seconds},
      {"peak_memory_bytes", result.peak_memory_bytes}};
  if (result.exact_matches) {
    json["exact_matches"] = *result.exact_matches;
    json["answers"] = answers;
  }
  return json;
}

} // namespace

int eval(const Words& words, Screens& screens) {
  const CommandSyntax command = syntax();
  const ParsedCommand parsed = parse_command(command, words);
  if (parsed.help) {
    screens.out.line(help_text(command));
    return 0;
  }
  EvaluateConfig config;
  fill(config, parsed);
  report::TerminalReport report(screens.log);
  AnswerList list(report);
  const auto result = temper::evaluate(config, &list, &screens.cancel);
  screens.log.clear_live();
  if (parsed.extras.contains("json")) {
    // Bytes a model made need not be UTF-8.
    screens.out.line(as_json(config, result, list.answers())
                         .dump(-1, ' ', false, Json::error_handler_t::replace));
    return 0;
  }
  screens.out.line(format(
      "{} rows, {} tokens: loss {:.4f}, perplexity {:.4f}",
      result.rows,
      result.loss.tokens,
      result.loss.loss,
      result.loss.perplexity));
  if (result.exact_matches) {
    screens.out.line(format(
        "exact match: {} of {} ({:.1f} %)",
        *result.exact_matches,
        result.rows,
        result.rows ? 100.0 * *result.exact_matches / double(result.rows) : 0));
  }
  return 0;
}

} // namespace temper::cli
