// Which tokens of a row are learned.
#pragma once

#include <optional>
#include <string_view>

namespace temper::data {

enum class TrainOn {
  all, // every token
  assistant, // every assistant turn, the token that ends it included
  last, // the last turn only
};

// "all", "assistant" or "last". Throws invalid_config.
TrainOn parse_train_on(std::string_view name);

} // namespace temper::data
