# Gatewatch: everything a person needs. `make run` shows the ACME example, `make test` checks all that CI checks.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.SILENT:
.DEFAULT_GOAL := help

# What `make run` passes to `gatewatch serve`.
ARGS ?= --example acme

.PHONY: help run run-cluster build browser test test-fast test-long e2e screenshots bench deny clean

help: ## Say what there is
	grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 14

run: build ## Build what changed and serve the ACME example on http://127.0.0.1:3000 (ARGS="-f DIR" for your own files)
	exec target/release/gatewatch serve $(ARGS)

run-cluster: build ## Show the example on a real API server with Traefik, both built and run here (needs root and Go)
	exec end2end/cluster/story.sh --keep

build: ## Build target/release/gatewatch, one file that runs anywhere else
	. app/browser/common.sh
	app/browser/build.sh
	step "gatewatch: compile (minutes at first, seconds later)" cargo build --release --locked --package server

browser: ## Build only the browser half into target/site
	app/browser/build.sh

test: ## Check everything, as CI does; installs Chromium and npm packages where they are missing
	end2end/check.sh all

test-fast: ## Check what needs no browser
	end2end/check.sh fast

e2e: build ## Run only the browser tests (ONLY="name of a test")
	end2end/check.sh browser "$(ONLY)"

test-long: build ## The same in many rounds: random worlds, requests, faults
	end2end/check.sh long

screenshots: build ## Make the pictures of the README
	end2end/check.sh screenshots

bench: ## Measure the engine beside parsing the same JSON
	cargo bench --quiet --locked --package engine

deny: ## Check licences, bans and sources of dependencies (needs cargo-deny)
	cargo deny --config .cargo/deny.toml check licenses bans sources

clean: ## Remove what was built; keep tools that took minutes to install
	cargo clean --release --quiet; cargo clean --quiet --profile dev; rm -rf target/browser target/site
