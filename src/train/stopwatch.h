// Elapsed time, which may stand still.
#pragma once

#include <chrono>

namespace temper::train {

// Runs from its construction.
class Stopwatch {
 public:
  double seconds() const {
    const auto end = running_ ? Clock::now() : paused_;
    return std::chrono::duration<double>(end - begin_).count();
  }
  void pause() {
    paused_ = Clock::now();
    running_ = false;
  }
  void resume() {
    begin_ += Clock::now() - paused_;
    running_ = true;
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point begin_ = Clock::now(), paused_;
  bool running_ = true;
};

} // namespace temper::train
