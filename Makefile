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

.PHONY: demo test lint servers build nextest verify-signatures check-api check-skill check-delivery bench-deliver bench-lists bench-accept check-corpus learn-sense check-model bench-plan check-dial-once verify-twilio bench-step check-resume bench-talk bench-draft check-rolling check-upgrade check-trace trace-picture record-release

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
check-api: servers nextest build
	./gateway/check-api/run.sh $(ARGS)

# The skill file for agents, found and installed as its users do. Needs npm.
check-skill:
	./skills/check.sh

# Which addresses callbacks may reach, notifiers killed at random, and a receiver that hangs: minutes of load. The figures
# come last.
check-delivery: servers nextest build
	cargo nextest run --workspace -E 'package(notifier) and kind(lib) and test(guard)'
	./target/debug/check-delivery

# Deliveries a second and CPU for each, beside a plain HTTP client in the same run.
bench-deliver: servers build
	cargo run --release --package notifier --bin bench-deliver

# Deaths, frozen dialers, carriers that fail and webhooks that are lost, drawn at random: no phone rings twice, and every
# call ends once and in time. Ten thousand take up to half an hour. The figures come last.
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

# The first release, built from the history, runs under load while today's migrations are applied, and is replaced service by
# service. The first build takes as long as one from nothing. The figures come last.
check-upgrade: servers nextest build
	RELEASED_PROGRAMS=$$(./deploy/releases/build.sh 0.1) && export RELEASED_PROGRAMS && \
		$(STACK) with-servers -- cargo nextest run --workspace --run-ignored only --retries 0 --no-capture \
		-E 'package(e2e) and test(the_first_release_is_replaced)'

# The trace of a call, through a collector that is not ours: deploy/traces. Needs python3.
WITH_COLLECTOR = TRACE_COLLECTOR=$$(./deploy/traces/collector.sh) && export TRACE_COLLECTOR && $(STACK) with-servers --
check-trace: servers nextest build
	$(WITH_COLLECTOR) cargo nextest run --workspace --retries 0 -E 'package(e2e) and test(/^trace::/)'

# The same, kept and drawn for the documentation.
trace-picture: servers nextest build
	$(WITH_COLLECTOR) env TRACE_PICTURE=1 cargo nextest run --workspace --retries 0 -E 'package(e2e) and test(one_trace_joins)'

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

# Learns from the judged prompts what a prompt is about, whether it says enough, and who is called (planner/corpus/README.md).
learn-sense:
	cargo run --quiet --package draft --example learn

# The first ten prompts, planned by a small model behind llama.cpp's server on this machine. Needs python3. The first run
# downloads 520 MB; the figures come last.
check-model:
	./planner/check-model/run.sh

# A backlog, drained by one planner and by two, with the built-in planner and with a slow model. The figures come last.
bench-plan: servers nextest build
	FIGURES=$(FIGURES) $(STACK) with-servers -- cargo nextest run --workspace --run-ignored only --retries 0 --no-capture \
		-E 'package(planner) and test(two_planners_drain)'
	@cat $(FIGURES)

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
