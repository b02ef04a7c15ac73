# make demo   a grid goes through the whole service on this machine
# make test   every test, against real servers that the tests start themselves
# make help   all targets
.PHONY: demo test fuzz build release lint format bench help deps test-deps clean
.DEFAULT_GOAL := help
SWIFT_FLAGS ?=
# Tests that run at once. All of them at once make the machine so slow that those which measure a time fail.
TEST_WIDTH ?= 4

deps:
	@deploy/local/install.sh

# A real Kafka needs Java: the one that KAFKA_HOME names, or one beside this folder. Set to nothing, there is none.
KAFKA = $(if $(filter undefined,$(origin KAFKA_HOME)),$(wildcard ../shared/kafka ../../shared/kafka),$(KAFKA_HOME))
KAFKA_PACKAGES = $(if $(KAFKA),deploy/local/packages-kafka.txt)

test-deps:
	@deploy/local/install.sh deploy/local/packages-test.txt $(KAFKA_PACKAGES)

build: deps ## builds for debugging
	swift build $(SWIFT_FLAGS)

release: deps ## builds the service: .build/release/hyperloop
	swift build -c release --product hyperloop $(SWIFT_FLAGS)

demo: release ## a grid goes through the whole service; ends with Ctrl-C (or by itself without a terminal)
	.build/release/hyperloop dev --demo

test: test-deps lint ## every test
	swift build --build-tests $(SWIFT_FLAGS)
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$(TEST_WIDTH) \
	  swift test --disable-xctest --skip-build --skip IntegrationTests $(SWIFT_FLAGS)
	swift test --disable-xctest --skip-build --filter IntegrationTests --no-parallel $(SWIFT_FLAGS)

# Inputs in all; what is tried faster gets more of them. SANITIZE=address also looks for leaks and for what is read
# beyond its end, at a third of the speed.
RUNS ?= 1000000
FUZZ_DIR ?= .build/fuzz$(addprefix -,$(SANITIZE))
# Specs that live as long as the process hang on references with tag bits, which the leak check does not follow. The
# toolchain's own reading of files keeps a buffer.
FUZZ = TZ=UTC SWIFT_BACKTRACE=enable=no LSAN_OPTIONS=suppressions=Fuzz/no-leaks.txt nice $(FUZZ_DIR)/release/GridFuzzer
FUZZ_LIMITS = -rss_limit_mb=$(if $(SANITIZE),2048,512) -malloc_limit_mb=128 -timeout=20 -print_final_stats=1
FUZZ_LIBRARY = $(firstword $(wildcard $(dir $(realpath $(shell which swift)))../lib/swift/clang/lib/linux/libclang_rt.fuzzer_no_main-*.a))

fuzz: deps ## RUNS changed grids, workbooks, specs and numbers against the parser (1,000,000)
	HYPERLOOP_FUZZ=1 swift build -c release --product GridFuzzer --scratch-path $(FUZZ_DIR) \
	  $(if $(SANITIZE),--sanitize $(SANITIZE)) -Xlinker $(FUZZ_LIBRARY)
	for trial in spec:50:3000 number:25:100 file:15:1200 workbook:10:4000; do \
	  name=$${trial%%:*}; rest=$${trial#*:}; share=$${rest%:*}; length=$${rest#*:}; \
	  $(FUZZ) $$name $(FUZZ_DIR)/corpus-$$name -runs=$$(($(RUNS) * share / 100)) -max_len=$$length \
	    -artifact_prefix=$(FUZZ_DIR)/$$name- $(FUZZ_LIMITS) || exit 1; \
	done

lint: ## the format of all sources
	swift format lint --strict --recursive Sources Tests Benchmarks Fuzz Package.swift

format: ## formats all sources
	swift format --in-place --recursive Sources Tests Benchmarks Fuzz Package.swift

bench: release ## 100,000 rows through the service and its servers on this machine
	.build/release/hyperloop bench

clean: ## removes what was built and the private servers' data
	rm -rf .build .hyperloop

help:
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 16
