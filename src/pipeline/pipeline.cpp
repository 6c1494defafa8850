#include "temper/pipeline.h"

#include <mlx/random.h>

#include "adapters/adapter_file.h"
#include "base/file_system.h"
#include "base/format.h"
#include "data/batches.h"
#include "pipeline/engine.h"
#include "pipeline/loaded.h"
#include "pipeline/plan.h"
#include "train/evaluate.h"
#include "train/trainer.h"

namespace temper {

namespace mx = mlx::core;

namespace {

struct Splits {
  std::vector<data::Example> train, valid, test;
  data::LoadReport train_report;
};

// One run, from the plan to the last event.
class Run {
 public:
  Run(const TrainConfig& config, Observer& observer, const Cancel* cancel)
      : config_(config), observer_(observer), cancel_(cancel) {}

  TrainResult execute() {
    loaded_ = pipeline::load(config_.model, adapter_to_test(), observer_);
    read_splits();
    TrainResult result;
    if (config_.train) {
      attach();
      announce();
      result.training = train();
    }
    result.cancelled = cancelled();
    if (config_.test && !result.cancelled) result.test = test();
    return result;
  }

 private:
  bool cancelled() const { return cancel_ && cancel_->requested(); }
  int layers() const { return loaded_.model->shape().num_layers; }

  // Without --train, the adapter of --adapter-path is what is tested.
  std::optional<std::string> adapter_to_test() {
    if (config_.train || config_.adapter_path.empty()) return std::nullopt;
    if (exists(join_path(config_.adapter_path, "adapter_config.json"))) {
      return config_.adapter_path;
    }
    observer_.on(
        Warning{
            config_.adapter_path +
            " holds no adapter: the base model is tested without one"});
    return std::nullopt;
  }

  std::vector<data::Example>
  read_split(const std::string& name, data::LoadReport& report) {
    auto examples = data::load_split(
        config_.data,
        name,
        *loaded_.tokenizer,
        loaded_.chat_template.get(),
        pipeline::render_options(config_),
        &report);
    for (const auto& warning : report.warnings)
      observer_.on(Warning{warning});
    return examples;
  }

  void require(const std::vector<data::Example>& rows, const char* name) {
    if (!rows.empty()) return;
    throw make_error(
        ErrorCode::invalid_data,
        "{}: there is no {}.jsonl with rows. Put the data there, one JSON "
        "object a line.",
        config_.data,
        name);
  }

  void read_splits() {
    observer_.on(PhaseBegun{"Reading " + config_.data});
    data::LoadReport other;
    if (config_.train) {
      splits_.train = read_split("train", splits_.train_report);
      require(splits_.train, "train");
      if (config_.val_batches != 0) {
        splits_.valid = read_split("valid", other = {});
        if (splits_.valid.empty()) {
          observer_.on(
              Warning{
                  config_.data +
                  ": no valid.jsonl, so nothing is validated while training"});
        }
      }
    }
    if (config_.test) {
      splits_.test = read_split("test", other = {});
      require(splits_.test, "test");
    }
  }

  void attach() {
    attached_ = adapters::attach_lora(
        *loaded_.model,
        pipeline::lora_spec(config_, layers()),
        mx::random::key(static_cast<std::uint64_t>(config_.seed)));
    if (config_.resume_adapter_file) {
      adapters::load_adapter_weights(
          *loaded_.model, *config_.resume_adapter_file);
      observer_.on(
          Note{
              "starting from the weights of " + *config_.resume_adapter_file +
              "; optimizer and step begin anew"});
    }
  }

  void announce() {
    const data::LoadReport& train = splits_.train_report;
    RunPlanned plan;
    plan.model = config_.model;
    plan.device = pipeline::device_name();
    plan.total_parameters =
        loaded_.model->shape().parameter_count + attached_.parameters;
    plan.trainable_parameters = attached_.parameters;
    plan.adapted_layers = attached_.layers;
    plan.iters = config_.iters;
    plan.batch_size = config_.batch_size;
    plan.grad_accumulation_steps = config_.grad_accumulation_steps;
    plan.learning_rate = config_.learning_rate;
    plan.train_rows = std::int64_t(splits_.train.size());
    plan.valid_rows = std::int64_t(splits_.valid.size());
    plan.test_rows = std::int64_t(splits_.test.size());
    plan.truncated_rows = train.truncated;
    plan.supervised_tokens = train.supervised_tokens;
    plan.total_tokens = train.total_tokens;
    observer_.on(plan);
  }

  std::string adapter_file(const std::string& name) const {
    return join_path(config_.adapter_path, name);
  }

  // mlx-lm's files: the newest, and one numbered by iteration.
  void save(int iteration) {
    adapters::save_adapter(
        *loaded_.model, adapter_file("adapters.safetensors"));
    if (iteration % config_.save_every != 0) return;
    adapters::save_adapter(
        *loaded_.model,
        adapter_file(format("{:07d}_adapters.safetensors", iteration)));
  }

  RunFinished train() {
    make_folders(config_.adapter_path);
    write_file_atomic(
        adapter_file("adapter_config.json"),
        dump_sorted(pipeline::adapter_config(config_, layers())));
    train::TrainerPlan plan{
        .iters = config_.iters,
        .grad_accumulation_steps = config_.grad_accumulation_steps,
        .learning_rate = config_.learning_rate,
        .optimizer = config_.optimizer,
        .seed = static_cast<std::uint64_t>(config_.seed),
        .dropout = config_.lora_parameters.dropout,
        .grad_checkpoint = config_.grad_checkpoint,
        .steps_per_report = config_.steps_per_report,
        .steps_per_eval = config_.steps_per_eval,
        .save_every = config_.save_every};
    train::Trainer trainer(
        {.model = *loaded_.model,
         .train = data::Batches(
             std::move(splits_.train), config_.batch_size, plan.seed),
         .valid = data::fixed_batches(
             splits_.valid, config_.batch_size, config_.val_batches),
         .plan = plan,
         .observer = observer_,
         .save = [this](int iteration) { save(iteration); },
         .adapter_path = config_.adapter_path});
    return trainer.run(cancel_);
  }

  EvaluationDone test() {
    const auto batches = data::fixed_batches(
        splits_.test, config_.batch_size, config_.test_batches);
    const EvaluationDone done = train::evaluate_loss(
        *loaded_.model,
        batches,
        Split::test,
        /* iteration= */ config_.train ? config_.iters : 0,
        cancel_);
    observer_.on(done);
    return done;
  }

  const TrainConfig& config_;
  Observer& observer_;
  const Cancel* cancel_;
  pipeline::Loaded loaded_;
  Splits splits_;
  adapters::Attached attached_{};
};

} // namespace

TrainPipeline::TrainPipeline(TrainConfig config, Observer* observer)
    : config_(std::move(config)), observer_(observer) {}

TrainResult TrainPipeline::execute(const Cancel* cancel) {
  pipeline::check_config(config_);
  pipeline::prepare_engine();
  Observer& observer = observer_ ? *observer_ : pipeline::silence();
  return Run(config_, observer, cancel).execute();
}

} // namespace temper
