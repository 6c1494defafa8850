#include "data/train_on.h"

#include "base/format.h"

namespace temper::data {

TrainOn parse_train_on(std::string_view name) {
  if (name == "all") return TrainOn::all;
  if (name == "assistant") return TrainOn::assistant;
  if (name == "last") return TrainOn::last;
  throw make_error(
      ErrorCode::invalid_config,
      "train_on: found \"{}\", expected all, assistant or last.",
      name);
}

} // namespace temper::data
