"""``python -m bench [NAME] [--check]``: run all benchmarks, one module or one row."""

import argparse
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.harness import Benchmark, run, table, write

PREFIX = "bench_"


def benchmarks(folder: Path = Path(__file__).parent) -> Iterator[tuple[str, Benchmark]]:
    """Yield (module's name, row) of every benchmark in `folder`."""
    for path in sorted(folder.glob(f"{PREFIX}*.py")):
        module = importlib.import_module(f"bench.{path.stem}")
        rows = getattr(module, "BENCHMARKS", None) or (module.BENCHMARK,)
        for row in rows:
            yield path.stem.removeprefix(PREFIX), row


def main(arguments: list[str]) -> int:
    """Run what was asked for; return the exit status."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("name", nargs="?", help="a module (append) or a row (append-local)")
    parser.add_argument("--check", action="store_true", help="fail when a target is not met")
    options = parser.parse_args(arguments)
    known = list(benchmarks())
    chosen = [row for name, row in known if options.name in (None, "", name, row.name)]
    if not chosen:
        names = ", ".join(dict.fromkeys([name for name, _ in known] + [r.name for _, r in known]))
        print(f"no benchmark {options.name!r}; there are: {names or 'none'}", file=sys.stderr)
        return 2
    results = []
    for benchmark in chosen:
        result = run(benchmark)
        write(result)
        results.append(result)
    print(f"\n{table(results)}")
    return 1 if options.check and not all(result.met for result in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
