#include "pipeline/engine.h"

#include <mlx/device.h>
#include <mlx/memory.h>
#include <mlx/version.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/format.h"
#include "temper/version.h"

namespace temper::pipeline {

namespace mx = mlx::core;

namespace {

constexpr int kKeep = 0; // what the user has set stands

// MLX's default is a folder that every user of the machine shares, and it runs
// what it finds there.
void use_private_kernel_cache() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  if (!(cache && *cache) && !(home && *home)) return;
  namespace fs = std::filesystem;
  const fs::path folder =
      (cache && *cache ? fs::path(cache) : fs::path(home) / ".cache") /
      "temper" / "mlx-" += std::string(kMlxVersion);
  std::error_code failed;
  fs::create_directories(folder, failed);
  struct stat info{};
  if (failed || ::chmod(folder.c_str(), 0700) != 0 ||
      ::stat(folder.c_str(), &info) != 0 || info.st_uid != ::getuid()) {
    return;
  }
  ::setenv("MLX_PTX_CACHE_DIR", folder.c_str(), kKeep);
}

void check_version() {
  const std::string found = mx::version();
  if (found == kMlxVersion) return;
  throw make_error(
      ErrorCode::unavailable,
      "MLX {} was loaded; this program was built for {}. Run `make build` "
      "again, or point LD_LIBRARY_PATH at the right libmlx.",
      found,
      kMlxVersion);
}

} // namespace

void prepare_engine() {
  static const bool ready = [] {
    // Wider walks start every block's recomputation at once, and then
    // recomputing saves no memory.
    ::setenv("MLX_BFS_MAX_WIDTH", "1", kKeep);
    use_private_kernel_cache();
    check_version();
    return true;
  }();
  (void)ready;
}

std::string device_name() {
  const mx::Device& device = mx::default_device();
  if (device.type == mx::Device::cpu) {
    return format("CPU ({} threads)", std::thread::hardware_concurrency());
  }
  const auto& info = mx::device_info(device);
  const auto found = info.find("device_name");
  if (found == info.end()) return "GPU";
  const auto* name = std::get_if<std::string>(&found->second);
  return name ? "GPU (" + *name + ")" : "GPU";
}

std::int64_t peak_memory_bytes() {
  return static_cast<std::int64_t>(mx::get_peak_memory());
}

} // namespace temper::pipeline
