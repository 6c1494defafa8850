#include "report/terminal.h"

#include <cmath>

#include "base/format.h"
#include "base/units.h"

namespace temper::report {

namespace {

std::string bar(int done, int all, int width) {
  const int filled = all > 0 ? width * done / all : 0;
  std::string text = "[";
  for (int i = 0; i < width; ++i)
    text += i < filled ? '#' : '.';
  return text + "]";
}

const char* name_of(Split split) {
  switch (split) {
    case Split::train: return "train";
    case Split::valid: return "valid";
    case Split::test: return "test";
  }
  return "";
}

} // namespace

void TerminalReport::on(const Event& event) {
  std::visit([this](const auto& one) { show(one); }, event);
}

void TerminalReport::show(const PhaseBegun& event) {
  screen_.live(event.name + " ...");
}

void TerminalReport::show(const Warning& event) {
  screen_.line(
      screen_.styled(Style::yellow, "warning: ") +
      printable_line(event.message));
}

void TerminalReport::show(const Note& event) {
  screen_.line(printable_line(event.message));
}

void TerminalReport::show(const RunPlanned& event) {
  const double share = event.total_parameters > 0 ? 100.0 *
          double(event.trainable_parameters) / double(event.total_parameters)
                                                  : 0.0;
  screen_.line(format(
      "{} on {}: {} parameters, {} trainable ({:.3f} %) in {} blocks",
      printable_line(event.model),
      event.device,
      format_count(event.total_parameters),
      format_count(event.trainable_parameters),
      share,
      event.adapted_layers));
  screen_.line(format(
      "rows: {} train, {} valid, {} test; {} tokens, {} learned; {} rows cut",
      event.train_rows,
      event.valid_rows,
      event.test_rows,
      event.total_tokens,
      event.supervised_tokens,
      event.truncated_rows));
  if (event.iters > 0) {
    screen_.line(format(
        "{} iterations of {} rows, {} to an update; learning rate {:g}",
        event.iters,
        event.batch_size,
        event.grad_accumulation_steps,
        event.learning_rate));
  }
}

void TerminalReport::show(const StepDone& event) {
  if (!stepped_) {
    stepped_ = true;
    first_step_ = Clock::now();
  }
  const std::chrono::duration<double> elapsed = Clock::now() - first_step_;
  const int counted = event.iteration - 1;
  std::string remaining;
  if (counted > 0) {
    const double each = elapsed.count() / counted;
    remaining = "  " + format_duration(each * (event.iters - event.iteration)) +
        " left";
  }
  screen_.live(format(
      "{} {}/{}  loss {:.3f}{}{}",
      bar(event.iteration, event.iters, 24),
      event.iteration,
      event.iters,
      event.loss,
      last_tokens_per_second_ > 0
          ? format("  {:.0f} tok/s", last_tokens_per_second_)
          : "",
      remaining));
}

void TerminalReport::show(const TrainReport& event) {
  last_tokens_per_second_ = event.tokens_per_second;
  screen_.line(format(
      "iter {:>5}  epoch {:.2f}  loss {:.3f}  lr {:.2e}  {:.2f} it/s  "
      "{:.0f} tok/s  peak {}",
      event.iteration,
      event.epoch,
      event.loss,
      event.learning_rate,
      event.iterations_per_second,
      event.tokens_per_second,
      format_bytes(event.peak_memory_bytes)));
}

void TerminalReport::show(const EvaluationDone& event) {
  // Outside a run there are no iterations to tell.
  const bool in_run = event.split == Split::valid || event.iteration > 0;
  const auto when = in_run ? format("iter {:>5}  ", event.iteration) : "";
  screen_.line(screen_.styled(
      Style::bold,
      format(
          "{}{} loss {:.3f}  perplexity {:.3f}  ({} tokens, {})",
          when,
          name_of(event.split),
          event.loss,
          event.perplexity,
          event.tokens,
          format_duration(event.seconds))));
}

void TerminalReport::show(const AdapterSaved& event) {
  screen_.line(format("iter {:>5}  saved {}", event.iteration, event.path));
}

void TerminalReport::show(const RunFinished& event) {
  screen_.line(screen_.styled(
      Style::green,
      format(
          "{} iterations in {} ({:.0f} tok/s), peak memory {}",
          event.iterations,
          format_duration(event.seconds),
          event.tokens_per_second,
          format_bytes(event.peak_memory_bytes))));
  screen_.line("adapter: " + event.adapter_path);
}

void TerminalReport::show(const TextGenerated& event) {
  screen_.piece(printable(event.piece));
}

void TerminalReport::show(const AnswerJudged& event) {
  right_answers_ += event.exact ? 1 : 0;
  screen_.live(format(
      "{} {}/{} answers, {} right",
      bar(event.index + 1, event.count, 24),
      event.index + 1,
      event.count,
      right_answers_));
}

} // namespace temper::report
