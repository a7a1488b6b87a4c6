"""llama.cpp's own server with one model, on a free port of this machine: prints its address, and ends with its input."""

import sys

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
# The instructions, a briefing, a plan, and its repair.
params.n_ctx = 8192
# One question after the other, so that the instructions, which are always the same, are read once.
params.n_parallel = 1
params.cache_prompt = True
# Threads that wait for each other on a busy machine are slower than one.
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = int(sys.argv[2])
# The same plans in each run.
params.sampling.temp = 0.0
params.hostnames = ["127.0.0.1"]
params.port = 0

server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
