// MLX made ready: the right version, a private cache, and a name for the
// device.
#pragma once

#include <cstdint>
#include <string>

namespace temper::pipeline {

// Sets what MLX reads from the environment and checks its version. Call before
// any other use of MLX; later calls do nothing. Throws unavailable when the
// library found at run time is not the one this program was built for.
void prepare_engine();

// "CPU (2 threads)", "GPU (NVIDIA H100)".
std::string device_name();

std::int64_t peak_memory_bytes();

} // namespace temper::pipeline
