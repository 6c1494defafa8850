#include "eval/exact_match.h"

#include <algorithm>

#include "eval/question.h"
#include "infer/generator.h"
#include "io/jsonl.h"

namespace temper::eval {

namespace {

std::string answer_to(
    const Question& question,
    nn::CausalLM& model,
    const text::Tokenizer& tokenizer,
    int max_tokens,
    const Cancel* cancel) {
  // The template writes its special tokens itself.
  const auto prompt =
      tokenizer.encode(question.prompt, text::SpecialTokens::none);
  const infer::Sampler greedy(SamplingConfig{});
  const auto generation = infer::generate_tokens(
      model,
      prompt.ids,
      max_tokens,
      greedy,
      tokenizer.stop_tokens(),
      [&](std::int32_t) { return !cancel || !cancel->requested(); });
  return trimmed(
      tokenizer.decode(generation.tokens, /* skip_special_tokens= */ true));
}

} // namespace

ExactMatch judge_answers(
    nn::CausalLM& model,
    const text::Tokenizer& tokenizer,
    const text::ChatTemplate* chat_template,
    const std::string& file,
    const ExactMatchOptions& options,
    Observer* observer,
    const Cancel* cancel) {
  auto rows = io::read_jsonl(file);
  if (options.limit > 0) {
    rows.resize(std::min(rows.size(), std::size_t(options.limit)));
  }
  ExactMatch result;
  for (const auto& row : rows) {
    const Question question = question_of(row, chat_template);
    const std::string answer =
        answer_to(question, model, tokenizer, options.max_tokens, cancel);
    // A cancelled answer is cut short; it must not count as wrong.
    if (cancel && cancel->requested()) break;
    const bool exact = answer == question.reference;
    result.exact += exact;
    if (observer) {
      observer->on(
          AnswerJudged{
              int(result.rows),
              int(rows.size()),
              question.asked,
              question.reference,
              answer,
              exact});
    }
    ++result.rows;
  }
  return result;
}

} // namespace temper::eval
