# make demo    fine-tune a real model on an example task and show the result
# make test    build and run every test
# make build   build the program: build/release/temper
# make format  lay out the C++ code; make format-check only looks
# make clang-check  compile for clang's warnings, as errors; builds nothing
# make clean   remove what was built, keeping what was fetched
export PATH := $(CURDIR)/.deps/bin:$(PATH)
# Parallel compilers need about 1 GB each.
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)
FORMAT = git ls-files '*.h' '*.cpp' | xargs .deps/venv-format/bin/clang-format

.PHONY: demo test build format format-check clang-check clean

demo: build
	tools/get_model
	tools/demo

build:
	tools/bootstrap build
	cmake --preset release -DTEMPER_TESTS=OFF
	cmake --build --preset release -j $(JOBS) --target temper

test:
	tools/bootstrap test
	tools/get_model
	cmake --preset release -DTEMPER_TESTS=ON
	cmake --build --preset release -j $(JOBS)
	ctest --preset release

format:
	tools/bootstrap format
	$(FORMAT) -i

format-check:
	tools/bootstrap format
	$(FORMAT) --dry-run --Werror

clang-check:
	tools/bootstrap clang
	cmake --preset release -DTEMPER_TESTS=ON
	tools/check_clang build/release -j $(JOBS)

clean:
	rm -rf build
