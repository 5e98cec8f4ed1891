# Huiji. `make` lists what there is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
# Tests share two cores, the browser and the database: one thing after another.
.NOTPARALLEL:

# The binary needs no C; only the race detector does.
export CGO_ENABLED ?= 0

# Where `make run` and `make dev` serve, and keep their data.
ADDR ?= localhost:8080
DATA ?= ./data

# Real data for tests and benchmarks; tests that need it say so when it is missing.
ifeq ($(origin HUIJI_TESTDATA),undefined)
ifneq ($(wildcard ../shared/data/.),)
export HUIJI_TESTDATA := $(abspath ../shared/data)
endif
endif

VERSION = $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS = -s -w -X main.version=$(VERSION)

# Packages by name: web/node_modules may hold Go files that are not ours.
PACKAGES := ./cmd/... ./internal/... ./web $(if $(shell find test -name '*.go' 2>/dev/null),./test/...)
# What keeps its promises under the strictest isolation, too.
CAPABILITIES := ./internal/platform/... ./internal/domain/... ./internal/flow/...
# Where goroutines meet.
RACE := ./internal/platform/db ./internal/platform/group ./internal/platform/job ./internal/domain/ledger ./internal/flow/checkout ./internal/app

GO_FILES := go.mod go.sum $(shell find cmd internal web/*.go -type f ! -name '*_test.go' ! -path '*/testdata/*' 2>/dev/null)
APPS := $(notdir $(patsubst %/,%,$(wildcard web/src/apps/*/)))
BUILT := $(APPS:%=web/dist/%/index.html)
WEB_FILES := $(wildcard web/*.json web/*.ts) $(shell find web/src -type f ! -name '*.test.*' 2>/dev/null)

STATICCHECK := .cache/tools/staticcheck
PLAYWRIGHT := cd web && npx --no-install playwright test -c ../test/e2e/playwright.config.ts

##@ Use

.PHONY: help
help: ## List these commands
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: bin/huiji ## Build what changed and serve on http://localhost:8080 from ./data
	@exec bin/huiji serve --data $(DATA) --addr $(ADDR)

.PHONY: dev
dev: web/node_modules/.installed ## Serve with live reload of the server and the web apps
	@exec scripts/dev.sh $(DATA) $(ADDR)

.PHONY: build
build: bin/huiji ## Build the web apps and the binary, bin/huiji

bin/huiji: $(GO_FILES) $(BUILT)
	go build -trimpath -ldflags '$(LDFLAGS)' -o $@ ./cmd/huiji

# One build makes all apps. vite leaves a file alone that did not change, hence touch.
ifneq ($(BUILT),)
$(BUILT) &: $(WEB_FILES) web/node_modules/.installed
	cd web && npm run build
	touch $(BUILT)
endif

# Lives inside node_modules, so that removing the one removes the other.
web/node_modules/.installed: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	touch $@

##@ Test

.PHONY: test
test: lint test-go test-web e2e ## Everything, after installing what it lacks

.PHONY: ci
ci: test ## Everything, and no generated file that differs from the committed one
	@test -z "$$(git status --porcelain -- web/openapi.json web/src go.mod go.sum tools)" || \
		{ git status --short -- web/openapi.json web/src go.mod go.sum tools; echo 'make test changed these files, or they are not committed' >&2; exit 1; }

.PHONY: test-go
test-go: test-sqlite test-postgres test-serializable test-race ## Go tests: both engines, strictest isolation, race detector

.PHONY: test-sqlite
test-sqlite: ## Go tests on SQLite
	env -u TEST_DATABASE_URL go test $(PACKAGES)

.PHONY: test-postgres
test-postgres: deps-postgresql ## Go tests on a throw-away PostgreSQL (or TEST_DATABASE_URL)
	scripts/with-postgres.sh --fast go test $(PACKAGES)

.PHONY: test-serializable
test-serializable: deps-postgresql ## Go tests of the capabilities on PostgreSQL with every transaction SERIALIZABLE
	scripts/with-postgres.sh --fast --serializable go test $(CAPABILITIES)

.PHONY: test-race
test-race: deps-postgresql deps-compiler ## Go tests with the race detector, where goroutines meet
	CGO_ENABLED=1 env -u TEST_DATABASE_URL go test -race $(RACE)
	CGO_ENABLED=1 scripts/with-postgres.sh --fast go test -race $(RACE)

.PHONY: crash
crash: deps-postgresql ## Kill the program, and PostgreSQL, 100 times each under load on each engine; nothing may be lost
	HUIJI_CRASH_ROUNDS=100 env -u TEST_DATABASE_URL go test -count=1 -timeout 1h -v -run UnderLoad ./test/crash
	HUIJI_CRASH_ROUNDS=100 scripts/with-postgres.sh go test -count=1 -timeout 2h -v -run UnderLoad ./test/crash

# Where a test has a long form, which HUIJI_SOAK asks for.
SOAK := ./internal/domain/ledger ./test/race ./test/linear

.PHONY: soak
soak: crash ## The long forms: a million steps of the ledger, 1,000 rounds of races, 20,000 duplicates, and crash
	HUIJI_SOAK=1 env -u TEST_DATABASE_URL go test -count=1 -p 1 -timeout 3h -v $(SOAK)
	HUIJI_SOAK=1 scripts/with-postgres.sh --fast go test -count=1 -p 1 -timeout 3h -v $(SOAK)

.PHONY: test-web
test-web: web/node_modules/.installed openapi-check ## Web apps: types, lint, unit tests
	cd web && npm run typecheck && npm run lint && npm test

.PHONY: e2e
e2e: bin/huiji deps-chromium deps-fonts ## Browser tests against the real binary (E2E='name' runs some)
	cd web && npx --no-install tsc -p ../test/e2e
	$(PLAYWRIGHT) $(E2E)

.PHONY: lint
lint: lint-go ## gofmt, go vet, staticcheck, the law of the house, oxlint
	$(MAKE) web/node_modules/.installed
	cd web && npm run lint

.PHONY: lint-go
lint-go: $(STATICCHECK)
	@wrong=$$(gofmt -l cmd internal web/*.go $$(find test -name '*.go')); \
		test -z "$$wrong" || { echo "not gofmt-ed:" $$wrong >&2; exit 1; }
	go vet $(PACKAGES)
	go vet -tags noweb ./web ./cmd/...
	$(STATICCHECK) $(PACKAGES)
	go test ./internal/archtest

$(STATICCHECK): tools/go.mod tools/go.sum
	cd tools && go build -o ../$@ honnef.co/go/tools/cmd/staticcheck

.PHONY: bench
bench: bin/huiji deps-postgresql ## Measure: checkout beside pgbench on a durable PostgreSQL, import on SQLite
	scripts/with-postgres.sh bash -euc 'bin/huiji bench checkout --database "$$TEST_DATABASE_URL" --pgbench'
	bin/huiji bench import

##@ Keep in order

.PHONY: openapi
openapi: web/node_modules/.installed ## Write web/openapi.json and the client's types from the Go types
	go run -tags noweb ./cmd/huiji openapi >web/openapi.json.new
	mv web/openapi.json.new web/openapi.json
	cd web && npm run api

.PHONY: openapi-check
openapi-check: web/node_modules/.installed
	@scripts/openapi-check.sh

.PHONY: fmt
fmt: ## Format the Go files
	gofmt -w cmd internal web/*.go $$(find test -name '*.go')

.PHONY: clean
clean: ## Remove what was built; data and downloaded packages stay
	rm -rf bin .cache $(APPS:%=web/dist/%) web/test-results web/playwright-report

# What the tests need from the system, one target each: deps-chromium, …
.PHONY: deps-postgresql deps-chromium deps-fonts deps-compiler
deps-postgresql deps-chromium deps-fonts deps-compiler: deps-%:
	@scripts/install-deps.sh $*
