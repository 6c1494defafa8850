#include "data/faults.h"

#include "base/format.h"

namespace temper::data {

void Faults::add(std::string source, std::string problem, std::string remedy) {
  if (count_++ < shown) {
    first_.push_back(
        {std::move(source), std::move(problem), std::move(remedy)});
  }
}

void Faults::throw_if_any() const {
  auto issues = first_;
  if (count_ > shown) {
    issues.push_back(
        {"", format("And {} more like these.", count_ - shown), ""});
  }
  temper::throw_if_any(ErrorCode::invalid_data, issues);
}

void Sightings::add(const std::string& source) {
  if (count_ < shown) first_ += (count_ == 0 ? "" : ", ") + source;
  ++count_;
}

std::string Sightings::describe() const {
  return format(
      "{} row{} ({}{})",
      count_,
      count_ == 1 ? "" : "s",
      first_,
      count_ > shown ? ", ..." : "");
}

} // namespace temper::data
