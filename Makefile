# Wangxun: the commands people type. The build itself is meson's (meson.build).
BUILD ?= build
PREFIX ?= /usr/local

.PHONY: help deps build test demo bench fuzz install format clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

deps: ## install what building needs (Debian packages; sudo when not root)
	@tools/deps build

build: deps ## build/wangxun
	@test -f $(BUILD)/build.ninja || meson setup $(BUILD) --prefix $(PREFIX) >/dev/null
	@meson setup --reconfigure $(BUILD) >/dev/null
	@ninja -C $(BUILD)

demo: ## open an office over a fictional district, inspected and compared with its key
	@tools/deps demo
	@$(MAKE) --no-print-directory build
	@demo/run

test: ## the whole suite; ends in "N passed, N failed"
	@tools/deps test
	@$(MAKE) --no-print-directory build
	@tools/run-tests

bench: ## speed and memory against stated limits, as ratios in one run
	@tools/deps bench
	@$(MAKE) --no-print-directory build
	@bench/run

fuzz: ## fuzz every parser, FUZZ_SECONDS each (default 60)
	@tools/deps test
	@tools/run-fuzz $${FUZZ_SECONDS:-60}

install: build ## into PREFIX (default /usr/local): program, manual, completions
	@ninja -C $(BUILD) install

format: ## clang-format over all sources
	@git ls-files '*.c' '*.h' | xargs clang-format -i

clean: ## remove what was built
	@rm -rf $(BUILD) build-asan build-clang build-fuzz demo/out
