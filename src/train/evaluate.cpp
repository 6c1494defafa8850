#include "train/evaluate.h"

#include <mlx/transforms.h>

#include <cmath>

#include "train/loss.h"
#include "train/stopwatch.h"

namespace temper::train {

namespace mx = mlx::core;

EvaluationDone evaluate_loss(
    nn::CausalLM& model,
    const std::vector<data::Batch>& batches,
    Split split,
    int iteration,
    const Cancel* cancel) {
  const Stopwatch watch;
  double sum = 0;
  EvaluationDone done{.split = split, .iteration = iteration};
  for (const auto& batch : batches) {
    if (cancel && cancel->requested()) break;
    auto loss = batch_loss(model, batch, /* forward= */ {});
    mx::eval(loss.sum);
    sum += double(loss.sum.item<float>());
    done.tokens += batch.supervised_tokens;
  }
  done.loss = sum / double(done.tokens);
  done.perplexity = std::exp(done.loss);
  done.seconds = watch.seconds();
  return done;
}

} // namespace temper::train
