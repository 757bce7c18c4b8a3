"""`python -m tests.bench [NAME ...]`: the benchmarks of those names, or all: each prints us beside its peers."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path


def main(names: list[str]) -> None:
    known = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    if unknown := set(names) - set(known):
        sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}; there is {', '.join(known)}.")
    for name in names or known:
        print(f"\n== {name}", flush=True)
        import_module(f"tests.bench.bench_{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
