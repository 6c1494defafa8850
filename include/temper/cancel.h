// A request to stop, from another thread or a signal handler.
#pragma once

#include <atomic>

namespace temper {

// Shared by whoever may ask and whoever must look. Lock-free, so a signal
// handler may set it.
class Cancel {
 public:
  enum class Reason : int { none = 0, interrupted = 2, terminated = 15 };

  void request(Reason reason) noexcept { reason_ = static_cast<int>(reason); }
  bool requested() const noexcept { return reason_ != 0; }
  Reason reason() const noexcept { return static_cast<Reason>(int(reason_)); }

 private:
  std::atomic<int> reason_{0};
};

} // namespace temper
