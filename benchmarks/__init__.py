"""How long whole processes take, beside their peers: `python -m benchmarks`."""
