// What a training run is asked to do. Plain data; every field has its default
// and is described once. Names, defaults and meaning are mlx-lm's where it has
// the option.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "temper/option.h"

namespace temper {

// The adapter: y = W x + scale * B A x.
struct LoraConfig {
  int rank = 8;
  double scale = 20.0;
  double dropout = 0.0;
  std::vector<std::string> keys;

  static void describe(auto& c, auto&& field) {
    field("rank", c.rank, "Inner width r of the update.", at_least(1));
    field(
        "scale",
        c.scale,
        "Multiplier of the update (alpha / rank in PEFT's terms).");
    field(
        "dropout",
        c.dropout,
        "Share of the adapter's inputs set to zero while training.",
        Between{0.0, 0.999});
    field(
        "keys",
        c.keys,
        "Layers to adapt, as paths inside a block, for example "
        "self_attn.q_proj. Default: every linear layer.");
  }
};

struct TrainConfig {
  // What is trained, on what, and where it goes.
  std::string model;
  bool train = false;
  bool test = false;
  std::string data;
  std::string adapter_path = "adapters";
  std::optional<std::string> resume_adapter_file;

  // These change results.
  std::string fine_tune_type = "lora";
  LoraConfig lora_parameters;
  std::optional<int> num_layers;
  std::string optimizer = "adam";
  double learning_rate = 1e-5;
  int iters = 1000;
  int batch_size = 4;
  int grad_accumulation_steps = 1;
  int max_seq_length = 2048;
  bool mask_prompt = false;
  std::optional<std::string> train_on;
  std::int64_t seed = 0;

  // These change what is measured and kept.
  int steps_per_report = 10;
  int steps_per_eval = 200;
  int val_batches = 25;
  int test_batches = 500;
  int save_every = 100;

  // This changes memory and speed only.
  bool grad_checkpoint = false;

  static void describe(auto& c, auto&& field) {
    field("model", c.model, "Folder of the model (see temper convert).");
    field("train", c.train, "Train.");
    field("test", c.test, "Measure the loss on the test split.");
    field(
        "data", c.data, "Folder with train.jsonl, valid.jsonl and test.jsonl.");
    field(
        "adapter_path",
        c.adapter_path,
        "Folder the adapter is written to, or read from when only testing.");
    field(
        "resume_adapter_file",
        c.resume_adapter_file,
        "Start from these adapter weights (.safetensors).");
    field(
        "fine_tune_type",
        c.fine_tune_type,
        "What is trained.",
        one_of({"lora"}));
    field("lora_parameters", c.lora_parameters, "The adapter.");
    field(
        "num_layers",
        c.num_layers,
        "How many of the last blocks to adapt; 0 or less means all. "
        "Default: 16, or all of a smaller model.");
    field(
        "optimizer", c.optimizer, "The optimizer.", one_of({"adam", "adamw"}));
    field("learning_rate", c.learning_rate, "Learning rate.", above(0.0));
    field(
        "iters", c.iters, "Micro-steps to train: one batch each.", at_least(1));
    field("batch_size", c.batch_size, "Rows in a batch.", at_least(1));
    field(
        "grad_accumulation_steps",
        c.grad_accumulation_steps,
        "Batches whose gradients make one update.",
        at_least(1));
    field(
        "max_seq_length",
        c.max_seq_length,
        "Rows are cut to this many tokens.",
        at_least(2));
    field(
        "mask_prompt",
        c.mask_prompt,
        "Learn the assistant's turns only. This is the default for chat and "
        "completions; for text it is an error.");
    field(
        "train_on",
        c.train_on,
        "Tokens to learn: all, assistant (every assistant turn) or last (the "
        "last turn). Default: assistant for chat and completions, all for "
        "text.",
        one_of({"all", "assistant", "last"}));
    field("seed", c.seed, "Seed of everything random.", at_least(0));
    field(
        "steps_per_report",
        c.steps_per_report,
        "Micro-steps between two reports of the training loss.",
        at_least(1));
    field(
        "steps_per_eval",
        c.steps_per_eval,
        "Micro-steps between two validations.",
        at_least(1));
    field(
        "val_batches",
        c.val_batches,
        "Batches of a validation; -1 takes the whole split, 0 none.",
        at_least(-1));
    field(
        "test_batches",
        c.test_batches,
        "Batches of the test; -1 takes the whole split.",
        at_least(-1));
    field(
        "save_every",
        c.save_every,
        "Micro-steps between two saved adapters.",
        at_least(1));
    field(
        "grad_checkpoint",
        c.grad_checkpoint,
        "Recompute activations in the backward pass to save memory.");
  }
};

} // namespace temper
