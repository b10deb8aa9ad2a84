# A thin face over Meson and Ninja. `make help` lists the targets.
BUILD ?= build
FILES ?=
PREFIX ?= /usr/local

.PHONY: help build run test bench fuzz lint install clean setup

help:
	@echo 'make run [FILES="…"]  build, sanitize a set of hostile samples (and FILES), print the report'
	@echo 'make test             build twice, run every test; the last line counts them'
	@echo 'make bench            ourselves beside peers, in one run'
	@echo 'make fuzz             long fuzzing (HOURS=1 for each target)'
	@echo 'make lint             gcc and clang without a warning, clang-tidy, cppcheck, shellcheck, gcc -fanalyzer'
	@echo 'make install          install (DESTDIR and PREFIX are honoured)'
	@echo 'make clean            remove what was built'

setup:
	@tools/setup

$(BUILD)/build.ninja: | setup
	@meson setup $(BUILD) --prefix $(PREFIX) >/dev/null

build: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet

run: build
	@tools/run-samples $(BUILD) $(FILES)

test: setup
	@BUILD=$(BUILD) tools/run-tests

bench: setup build
	@tools/setup python3-minimal mat2 libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui qpdf ghostscript
	@bench/run $(BUILD)
	@bench/pdf $(BUILD)

fuzz: setup
	@tools/fuzz

lint: setup build
	@tools/setup clang-tidy cppcheck shellcheck
	@tools/lint $(BUILD)

install: build
	@meson configure $(BUILD) --prefix $(PREFIX)
	@meson install -C $(BUILD)

clean:
	@rm -rf build build-sanitized build-fuzz build-lint build-lint-gcc
