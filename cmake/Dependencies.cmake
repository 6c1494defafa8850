# Everything Temper links, each behind one target.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
if(TARGET yaml-cpp::yaml-cpp)
  add_library(temper_yaml ALIAS yaml-cpp::yaml-cpp)
else()
  add_library(temper_yaml INTERFACE)
  target_include_directories(temper_yaml SYSTEM INTERFACE ${YAML_CPP_INCLUDE_DIR})
  target_link_libraries(temper_yaml INTERFACE ${YAML_CPP_LIBRARIES})
endif()

# MLX from its wheel. Any 0.x would satisfy MLX's own version file, so the exact
# version is checked here, and again at start against the library found.
find_package(MLX CONFIG REQUIRED PATHS "${TEMPER_MLX}/mlx/share/cmake/MLX"
             NO_DEFAULT_PATH)
file(STRINGS "${TEMPER_MLX}/mlx/include/mlx/version.h" mlx_version_lines
     REGEX "#define MLX_VERSION_(MAJOR|MINOR|PATCH)")
string(REGEX REPLACE "[^0-9;]" "" mlx_version "${mlx_version_lines}")
string(REPLACE ";" "." mlx_version "${mlx_version}")
if(NOT mlx_version STREQUAL "0.32.4")
  message(FATAL_ERROR "MLX ${mlx_version} found in ${TEMPER_MLX}; Temper is "
                      "built against 0.32.4. Run tools/bootstrap.")
endif()

# OpenBLAS stands before MLX on the link line: MLX's wheel calls cblas_sgemm by
# name, and the loader takes the first library that has it (33 times faster than
# the reference BLAS inside the wheel). macOS has Accelerate.
add_library(temper_mlx INTERFACE)
if(APPLE)
  target_link_libraries(temper_mlx INTERFACE mlx)
else()
  find_library(OPENBLAS openblas REQUIRED)
  target_link_libraries(
    temper_mlx INTERFACE -Wl,--no-as-needed "${OPENBLAS}" -Wl,--as-needed mlx)
  target_link_options(temper_mlx INTERFACE -Wl,--enable-new-dtags)
endif()

# tokenizers and minijinja, in one Rust library behind a C ABI.
find_program(CARGO cargo REQUIRED HINTS "$ENV{HOME}/.cargo/bin")
set(text_bridge "${PROJECT_SOURCE_DIR}/rust/text_bridge")
set(text_bridge_target "${CMAKE_BINARY_DIR}/rust")
set(text_bridge_lib "${text_bridge_target}/release/libtemper_text_bridge.a")
file(GLOB_RECURSE text_bridge_sources CONFIGURE_DEPENDS
     "${text_bridge}/src/*.rs" "${text_bridge}/Cargo.*")
add_custom_command(
  OUTPUT "${text_bridge_lib}"
  COMMAND "${CARGO}" build --release --locked --quiet --lib --manifest-path
          "${text_bridge}/Cargo.toml" --target-dir "${text_bridge_target}"
  DEPENDS ${text_bridge_sources}
  COMMENT "Building the text bridge (Rust)"
  VERBATIM)
add_custom_target(text_bridge_build DEPENDS "${text_bridge_lib}")
add_library(temper_text_bridge INTERFACE)
add_dependencies(temper_text_bridge text_bridge_build)
target_include_directories(temper_text_bridge INTERFACE "${text_bridge}/include")
target_link_libraries(temper_text_bridge INTERFACE "${text_bridge_lib}"
                                                   Threads::Threads ${CMAKE_DL_LIBS} m)
