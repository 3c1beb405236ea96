"""`make tamper`: the whole corpus against real databases, and the catch table.

Exit status 0 only when every variant was caught with the right diagnosis and no untouched history
raised an alarm.
"""

import argparse
import os
import sys
import time
import warnings
from collections.abc import Sequence

warnings.simplefilter("ignore")  # eventlet says at each start that it is in maintenance

from tests.tamper.parts import run  # noqa: E402
from tests.tamper.running import variants  # noqa: E402
from tests.tamper.table import table  # noqa: E402


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the corpus."""
    parser = argparse.ArgumentParser(
        prog="make tamper",
        description="篡改语料库 · Tamper with real databases; show what is seen",
    )
    parser.add_argument("--seed", type=int, default=1, help="选取被害条目的种子 · chooses victims")
    parser.add_argument("--only", default="", help="变体、类别或历史的名称片段 · part of a name")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--list", action="store_true", help="列出变体 · list the variants")
    options = parser.parse_args(arguments)
    if options.list:
        for variant in variants():
            print(f"{variant.kind}: {variant.id} -> {', '.join(variant.expects)}")
        return 0
    os.environ.setdefault("PYTHONWARNINGS", "ignore")  # for the processes to come
    began = time.monotonic()
    results = list(run(options.seed, options.jobs, options.only))
    wrong = [result for result in results if not result.right]
    for result in wrong:
        print(f"\n{'未按预期 · not as expected'}: {result.kind or 'untouched'}: {result.id}")
        print(
            f"  verdict {result.verdict}; alone: make tamper ARGS='--seed {options.seed} "
            f'--only "{result.id}"\''
        )
        for line in result.told[-12:] if result.verdict == "failed" else result.told[:12]:
            print(f"    {line[:200]}")
    print()
    print("\n".join(table(results)))
    print(f"\n{len(results)} in {time.monotonic() - began:.0f} s, seed {options.seed}")
    return 1 if wrong or not results else 0


if __name__ == "__main__":
    sys.exit(main())
