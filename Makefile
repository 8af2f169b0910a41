# `make test` is the whole of it, on a fresh machine too. `make help` lists the rest.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
# Seconds that `make fuzz` gives to each target.
FUZZ_SECONDS ?= 120
# How long `make soak` compares the engine with the oracle.
MINUTES ?= 60

TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
export CARGO_TARGET_DIR := $(TARGET)
VENV := $(abspath .venv)
WASM := wasm32-unknown-unknown
WASM_MODULE := $(TARGET)/$(WASM)/wasm/reach_wasm.wasm
WASM_TEST := $(TARGET)/reach-wasm-test
WHEELS := $(TARGET)/wheels
SDIST := $(TARGET)/sdist
# The features of the default members that are tested; none needs the AWS SDK.
FEATURES := --features reach-aws/arrow,reach-aws/cli

# What fails soonest goes first.
STAGES := tools fmt layers clippy rust agreement docs setup-python setup-node lab \
    python sdist javascript explorer benches instructions fuzz-check collect

.PHONY: help
help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

.PHONY: test
test:  ## Set up what the tests need, and run everything
	@for stage in $(STAGES); do \
	    printf '\n=== %s\n' "$$stage"; \
	    start=$$SECONDS; \
	    $(MAKE) "$$stage"; \
	    printf -- '--- %s: %s s\n' "$$stage" $$((SECONDS - start)); \
	done
	@printf '\nall stages passed: %s\n' '$(STAGES)'

.PHONY: check
check: fmt  ## The quick loop: formatting, lints and tests of the Rust that needs no set-up
	cargo clippy --all-targets $(FEATURES) -- -D warnings
	cargo test $(FEATURES)

## Set-up

.PHONY: setup-rust
setup-rust:
	@cargo --version
	@if [ ! -d "$$(rustc --print target-libdir --target $(WASM))" ]; then \
	    rustup target add $(WASM) || { \
	        echo 'The Rust target $(WASM) is not installed and rustup could not add it.'; \
	        echo 'The browser package cannot be built without it: rustup target add $(WASM)'; \
	        exit 1; \
	    } \
	fi

# What this Makefile cannot get by itself.
.PHONY: tools
tools: setup-rust
	@$(PYTHON) -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' || { \
	    echo '$(PYTHON) is not Python 3.11 or later with venv; name one with PYTHON=…'; exit 1; }
	@$(PYTHON) --version
	@node -e 'const old = process.versions.node.localeCompare("20.19", "en", {numeric: true}) < 0; process.exit(old ? 1 : 0)' || { \
	    echo 'Node.js 20.19 or later is needed'; exit 1; }
	@printf 'node %s, npm %s\n' "$$(node --version)" "$$(npm --version)"

.PHONY: setup-python
setup-python: $(VENV)/done

$(VENV)/done: reach-py/requirements-dev.txt docs/examples/requirements.txt \
        reach-aws/tests/live/requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check \
	    $(addprefix --requirement ,$^)
	@touch $@

.PHONY: setup-node
setup-node: reach-wasm/node_modules/.package-lock.json

reach-wasm/node_modules/.package-lock.json: reach-wasm/package-lock.json
	cd reach-wasm && npm ci
	@touch $@

# A browser: the one that CHROMIUM names, or Debian's.
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || echo /usr/bin/chromium)
.PHONY: setup-browser
setup-browser:
	@if [ ! -x '$(CHROMIUM)' ]; then \
	    { apt-get update -qq \
	        && apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core; } || { \
	        echo 'There is no Chromium, and apt-get could not install one.'; \
	        echo 'The explorer and the notebooks cannot be tested without it: apt-get install chromium,'; \
	        echo 'or name another one with CHROMIUM=…'; \
	        exit 1; \
	    } \
	fi

.PHONY: setup-explorer
setup-explorer: reach-wasm/explorer/node_modules/.package-lock.json

reach-wasm/explorer/node_modules/.package-lock.json: reach-wasm/explorer/package-lock.json
	cd reach-wasm/explorer && npm ci
	@touch $@

## Rust

# The conformance cases as JSON, which the tests of the other languages run.
VECTORS := $(TARGET)/conformance
.PHONY: vectors
vectors:
	cargo run --locked --quiet --package reach-testkit --bin conformance-vectors -- $(VECTORS)

.PHONY: fmt
fmt:
	cargo fmt --all --check
	cargo fmt --manifest-path fuzz/Cargo.toml --check

# The core computes and nothing else, and the adapter runs in a browser.
.PHONY: layers
layers:
	@mkdir -p $(TARGET)
	@none() { \
	    if cargo tree --locked --package "$$1" --edges normal --prefix none > $(TARGET)/tree \
	        && grep --extended-regexp "^($$2)" $(TARGET)/tree; then \
	        echo "$$1 must not depend on the above"; exit 1; \
	    fi; \
	    [ -s $(TARGET)/tree ]; \
	}; \
	none reach-core 'tokio|aws-|getrandom|pyo3|wasm-bindgen|js-sys|reach-aws|serde_json'; \
	none reach-aws 'tokio|aws-|pyo3|wasm-bindgen|js-sys|clap'
	cargo check --locked --package reach-core --package reach-aws --target $(WASM)

.PHONY: clippy
clippy:
	cargo clippy --locked --workspace --exclude reach-wasm --all-targets \
	    $(FEATURES),reach-py/inspect,reach-wasm-bindgen/types -- -D warnings
	cargo clippy --locked --package reach-wasm --target $(WASM) -- -D warnings

.PHONY: rust
rust:
	cargo test --locked $(FEATURES)

# A million flows: they need the optimiser.
.PHONY: agreement
agreement:  ## Compare the engine with the oracle on a million flows
	cargo test --locked --release --package reach-testkit --test agreement -- --nocapture

.PHONY: docs
docs:
	RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps $(FEATURES)

.PHONY: benches
benches:
	cargo test --locked --package reach-benches --benches

.PHONY: fuzz-check
fuzz-check:
	cargo check --locked --manifest-path fuzz/Cargo.toml

.PHONY: command
command:
	cargo build --locked --package reach-aws $(FEATURES) --bin reach

.PHONY: bench
bench:  ## Measure, and write docs/benchmarks.md
	cargo build --locked --release --package reach-benches --bins
	$(TARGET)/release/measure

.PHONY: criterion
criterion:  ## Compare two states of the code: run it before and after
	cargo bench --locked --package reach-benches

# Counts instructions instead of timing anything, so that a busy machine does not matter.
.PHONY: instructions
instructions: setup-valgrind  ## Compare the instructions of the hot path with the baseline
	cargo build --locked --release --package reach-benches --bin hot --bin instructions
	$(TARGET)/release/instructions $(if $(WRITE),--write)

.PHONY: setup-valgrind
setup-valgrind:
	@command -v valgrind > /dev/null || { \
	    echo 'valgrind is not installed; trying apt-get'; \
	    if [ "$$(id -u)" = 0 ]; then sudo=; else sudo='sudo -n'; fi; \
	    { $$sudo apt-get install --yes --quiet valgrind \
	        || { $$sudo apt-get update --quiet && $$sudo apt-get install --yes --quiet valgrind; }; \
	    } > $(TARGET)/valgrind.log 2>&1 || { \
	        tail -n 3 $(TARGET)/valgrind.log; \
	        echo 'The hot path cannot be counted without it: apt install valgrind'; exit 1; }; \
	}

.PHONY: fuzz
fuzz: $(TARGET)/tools/bin/cargo-fuzz  ## Run every fuzz target for FUZZ_SECONDS
	@for target in describe_json snapshot_json traffic; do \
	    mkdir -p fuzz/corpus/$$target; \
	    PATH="$(TARGET)/tools/bin:$$PATH" cargo fuzz run --sanitizer none $$target \
	        fuzz/corpus/$$target docs/examples/lab -- -max_total_time=$(FUZZ_SECONDS); \
	done

$(TARGET)/tools/bin/cargo-fuzz:
	cargo install --locked --root $(TARGET)/tools cargo-fuzz --version 0.13.2

.PHONY: soak
soak:  ## Compare the engine with the oracle for MINUTES; SEED=… and FEATURES=… as soak takes them
	cargo run --locked --release --package reach-testkit --bin soak -- --minutes $(MINUTES) \
	    $(if $(SEED),--seed $(SEED)) $(if $(FEATURES),--features $(FEATURES))

## Live accounts

# The AWS service crates: minutes and gigabytes, so that they are built once, in one way, last.
# clippy stands in for the compiler of our own crates, which leaves theirs as they are.
SDK := --package reach-aws --features reach-aws/cli,reach-aws/sdk
.PHONY: collect
collect: setup-python  ## Test feature `sdk`: live accounts, on servers of the tests' own
	$(VENV)/bin/python reach-aws/shapes/generate.py | diff reach-aws/shapes/shapes.txt -
	$(VENV)/bin/python reach-aws/shapes/generate.py --vocabulary \
	    | diff reach-aws/shapes/vocabulary.txt -
	cargo test --locked $(SDK)
	RUSTC_WORKSPACE_WRAPPER=clippy-driver \
	    CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__ \
	    cargo build --locked $(SDK) --all-targets
	cd reach-aws/tests/live && REACH_COMMAND=$(TARGET)/debug/reach \
	    REACH_SNAPSHOT=$(TARGET)/debug/examples/snapshot \
	    $(VENV)/bin/pytest --show-capture=no

## The lab

.PHONY: lab
lab: setup-python
	$(VENV)/bin/python docs/examples/build_lab.py --check

## Python

.PHONY: wheel
wheel: setup-python  ## Build the Python wheel
	@rm -rf $(WHEELS)
	$(VENV)/bin/maturin build --release --strip --locked --manifest-path reach-py/Cargo.toml \
	    --out $(WHEELS)

.PHONY: stubs
stubs: setup-python  ## Write reach-py/python/reach/_reach.pyi anew
	$(VENV)/bin/maturin generate-stubs --locked --manifest-path reach-py/Cargo.toml \
	    --features inspect --out $(TARGET)/stubs
	cp $(TARGET)/stubs/reach/_reach.pyi reach-py/python/reach/_reach.pyi
	cd reach-py && $(VENV)/bin/python -P write_codes.py python/reach/_codes.py

# The pages and pictures of the notebooks, to be looked at.
NOTEBOOKS := $(TARGET)/notebooks

.PHONY: python
python: wheel command vectors setup-browser
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --force-reinstall \
	    --no-deps $(WHEELS)/*.whl
	$(VENV)/bin/maturin generate-stubs --quiet --locked --manifest-path reach-py/Cargo.toml \
	    --features inspect --out $(TARGET)/stubs
	diff reach-py/python/reach/_reach.pyi $(TARGET)/stubs/reach/_reach.pyi || { \
	    echo 'reach-py/python/reach/_reach.pyi is out of date: make stubs'; exit 1; }
	cd reach-py && $(VENV)/bin/mypy tests write_codes.py && $(VENV)/bin/mypy --package reach
	cd reach-py && $(VENV)/bin/python -P -m mypy.stubtest --mypy-config-file pyproject.toml reach
	cd reach-py && REACH_COMMAND=$(TARGET)/debug/reach REACH_NOTEBOOKS=$(NOTEBOOKS) \
	    REACH_CHROMIUM='$(CHROMIUM)' \
	    REACH_VECTORS=$(VECTORS)/conformance.json $(VENV)/bin/pytest

# What somebody without the repository builds from. The profile is for speed.
.PHONY: sdist
sdist: setup-python
	@rm -rf $(SDIST)
	$(VENV)/bin/maturin sdist --manifest-path reach-py/Cargo.toml --out $(SDIST)
	$(PYTHON) -m venv $(SDIST)/venv
	$(SDIST)/venv/bin/python -m pip install --quiet --disable-pip-version-check \
	    --config-settings build-args='--profile dev' $(SDIST)/*.tar.gz
	cd $(SDIST) && venv/bin/python -m reach scan $(CURDIR)/docs/examples/lab > out.txt
	@grep --quiet '3 findings in 2 instances' $(SDIST)/out.txt

## JavaScript

# What panics name, without the builder's folders: the same source gives the same module anywhere.
# Functions of like names are often alike; beside each other they are smaller in an archive.
WASM_OPT := node reach-wasm/node_modules/binaryen/bin/wasm-opt -O1 --reorder-functions-by-name \
    --strip-debug --strip-producers --strip-target-features
.PHONY: wasm
wasm: setup-rust setup-node  ## Build the npm package into reach-wasm/pkg
	cargo fetch --locked --target $(WASM)
	@commit=$$(rustc --version --verbose | sed -n 's/^commit-hash: //p'); \
	library="$$(rustc --print sysroot)/lib/rustlib/src/rust"; \
	flags="--remap-path-prefix=$$library=/rustc/$$commit"; \
	for crates in "$${CARGO_HOME:-$$HOME/.cargo}"/registry/src/*; do \
	    flags="$$flags$$(printf '\037')--remap-path-prefix=$$crates=crates"; \
	done; \
	CARGO_ENCODED_RUSTFLAGS="$$flags" \
	    cargo build --locked --package reach-wasm --target $(WASM) --profile wasm
	cargo run --locked --quiet --package reach-wasm-bindgen -- $(WASM_MODULE) reach-wasm/pkg
	$(WASM_OPT) reach-wasm/pkg/reach_wasm_bg.wasm -o reach-wasm/pkg/reach_wasm_bg.wasm

TYPES := cargo run --locked --quiet --package reach-wasm-bindgen --features types --bin types
.PHONY: types
types:  ## Write reach-wasm/src/answers.d.ts anew
	$(TYPES) > $(TARGET)/answers.d.ts
	cp $(TARGET)/answers.d.ts reach-wasm/src/answers.d.ts

# Packed, installed and used from a folder of its own, as its users do.
.PHONY: javascript
javascript: wasm setup-node command vectors
	@$(TYPES) | diff reach-wasm/src/answers.d.ts - || { \
	    echo 'reach-wasm/src/answers.d.ts is out of date: make types'; exit 1; }
	@rm -rf $(WASM_TEST)
	@mkdir -p $(WASM_TEST)
	cp reach-wasm/tests/* $(WASM_TEST)
	cd reach-wasm && npm pack --silent --pack-destination $(WASM_TEST)
	cd $(WASM_TEST) && echo '{"type": "module"}' > package.json \
	    && npm install --silent --offline --no-save ./reach-wasm-*.tgz
	ln -s $(abspath reach-wasm/node_modules/@types) $(WASM_TEST)/node_modules/@types
	cd $(WASM_TEST) && export REACH_ROOT=$(CURDIR) REACH_COMMAND=$(TARGET)/debug/reach \
	        REACH_VECTORS=$(VECTORS)/conformance.json \
	    && node --test *.test.js \
	    && node answers.js > answers.ts \
	    && $(abspath reach-wasm/node_modules/.bin/tsc) --project . \
	    && $(abspath reach-wasm/node_modules/.bin/tsc) --project . --noEmit \
	        --module esnext --moduleResolution bundler \
	    && node out/sample.js

EXPLORER := reach-wasm/explorer
.PHONY: explorer-page
explorer-page: wasm setup-explorer  ## Build the explorer into reach-wasm/explorer/dist/index.html
	cd $(EXPLORER) && node_modules/.bin/tsc && node_modules/.bin/vite build --logLevel warn

# Pictures of the page are left in reach-wasm/explorer/dist/pictures.
.PHONY: explorer
explorer: explorer-page setup-browser
	cd $(EXPLORER) && CHROMIUM='$(CHROMIUM)' node --test --test-concurrency=1 \
	    --test-timeout=600000 tests/*.test.js

.PHONY: pictures
pictures: python explorer  ## Put the pictures of the README into docs/pictures
	@mkdir -p docs/pictures
	cp $(EXPLORER)/dist/pictures/lab-*.jpg $(NOTEBOOKS)/quickstart.png docs/pictures/

## Tidying

.PHONY: clean
clean:  ## Remove what was built
	cargo clean
	rm -rf $(VENV) reach-wasm/node_modules reach-wasm/pkg fuzz/target \
	    $(EXPLORER)/node_modules $(EXPLORER)/dist
