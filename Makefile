# The whole system on one machine: see README.md.

ARGS ?=
# How many tests run at once.
THREADS ?= $(shell nproc)

STACK = ./target/debug/callcow-stack

# Of check-dial-once. One schedule again: `make check-dial-once SCHEDULES=1 SEED=n`.
SCHEDULES ?= 10000
SEED ?= $(shell date +%s)
# Where a check leaves its figures, to be printed last.
FIGURES = $(CURDIR)/target/figures.txt

.PHONY: demo test lint servers build nextest verify-signatures check-api check-skill check-delivery bench-deliver bench-lists bench-accept check-corpus check-dial-once verify-twilio bench-step check-resume bench-talk bench-draft check-rolling trace-picture record-release

# Start everything, place calls, show them; `make demo ARGS=--once` stops at the end and fails if any outcome was wrong.
demo: servers
	cargo build --workspace --bins
	./target/debug/callcow-demo $(ARGS)

# Every test, on servers of its own.
test: servers nextest build
	$(STACK) with-servers -- cargo nextest run --workspace --test-threads $(THREADS)

build:
	cargo build --workspace --bins

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

# What we sign, judged by the Standard Webhooks libraries for Rust, Python and JavaScript. Needs python3 and npm.
verify-signatures:
	./notifier/verify/run.sh

# What we ask of Twilio and what the simulated network answers, judged by Twilio's own API document, and our check of its
# signatures, judged by Twilio's own package. Needs npm.
verify-twilio: nextest
	./dialer/verify/run.sh

# The API, held to its contract by thousands of good and bad requests, and what other organizations see of ours. Needs
# python3. The figures come last.
check-api: servers
	cargo build --package gateway --package stack --bins
	./gateway/check-api/run.sh $(ARGS)

# The skill file for agents, found and installed as its users do. Needs npm.
check-skill:
	./skills/check.sh

# Which addresses callbacks may reach, notifiers killed at random, and a receiver that hangs: minutes of load. The figures
# come last.
check-delivery: servers build
	cargo test --package notifier --lib guard
	./target/debug/check-delivery

# Deliveries a second and CPU for each, beside a plain HTTP client in the same run.
bench-deliver: servers build
	cargo run --release --package notifier --bin bench-deliver

# Deaths, frozen dialers, carriers that fail and webhooks that are lost, drawn at random: no phone rings twice, and every
# call ends once and in time. Ten thousand take a quarter of an hour. The figures come last.
check-dial-once: servers nextest build
	SCHEDULES=$(SCHEDULES) SEED=$(SEED) FIGURES=$(FIGURES) $(STACK) with-servers -- \
		cargo nextest run --workspace -E 'package(dialer) and test(no_schedule_rings_a_phone_twice)' --no-capture
	@cat $(FIGURES)

# What a step of a conversation costs, from the callee's words to ours.
bench-step:
	cargo bench --package engine --bench step

# One of three dialers is killed every two seconds for a minute, under two hundred live conversations. The figures come last.
check-resume: servers nextest build
	FIGURES=$(FIGURES) $(STACK) with-servers -- cargo nextest run --workspace --run-ignored only --retries 0 --no-capture \
		-E 'package(dialer) and test(conversations_outlive_the_dialers)'
	@cat $(FIGURES)

# Every service is restarted under load, two copies of each, one after the other; make test does so too. The figures come last.
check-rolling: servers nextest build
	$(STACK) with-servers -- cargo nextest run --workspace --retries 0 --no-capture -E 'package(e2e) and test(every_service_is_restarted)'

# Makes a call, and draws the trace that the services exported of it: deploy/traces.
trace-picture: servers nextest build
	TRACE_PICTURE=1 $(STACK) with-servers -- cargo nextest run --workspace --retries 0 -E 'package(e2e) and test(one_trace_joins)'

# Keeps what this version says to Postgres and wrote there, for the story that later versions are held to: deploy/releases.
# Needs psql and pg_dump. `make record-release RELEASE=0.2`
RECORDED = $${TMPDIR:-/tmp}/callcow-release-$(RELEASE)
record-release: servers nextest build
	$(STACK) with-servers --dir $(RECORDED) -- python3 deploy/releases/record.py $(RELEASE) $(RECORDED)

# A thousand conversations at once on one dialer: CPU and memory for each, and how long a turn takes. The figures come last.
bench-talk: servers nextest build
	FIGURES=$(FIGURES) $(STACK) with-servers -- cargo nextest run --release --package dialer --run-ignored only --retries 0 \
		--no-capture -E 'test(a_thousand_conversations_at_once)'
	@cat $(FIGURES)

# How well the built-in planner does on prompts that people judged (planner/corpus/README.md). The unseen third comes last.
check-corpus:
	cargo run --quiet --package planner --bin corpus

# How long the built-in planner takes for a prompt of the corpus.
bench-draft:
	cargo bench --package draft --bench corpus

# Lists of calls, and a call, among a million calls beside a thousand; the table comes last.
bench-lists: servers
	cargo build --package stack --bins
	$(STACK) with-servers -- cargo test --package gateway --lib among_a_million -- --ignored --nocapture

# Manifests, chart, image, compose file, settings, rules, dashboards, and the rights of each service on a live system. Needs
# python3 and npm. The counts come last.
.PHONY: check-deploy
check-deploy: servers build
	./deploy/check/run.sh

# Accepted calls a second and CPU for each, beside the raw rate of the same rows in the same run. Needs psql.
bench-accept: servers build
	cargo build --release --package gateway --bins
	./target/release/bench-accept

# nats-server, redis-server and postgres, where they are missing.
servers:
	./deploy/install-servers.sh

nextest:
	@cargo nextest --version >/dev/null 2>&1 || cargo install --locked cargo-nextest
