"""One verification of a supervisor's database in a process of its own, on one core.

`python -m bench.sides.verify_ours URL`: entries a second on the last line, memory before it.
"""

import os
import resource
import sys
import time

from chassis.database import Database
from oversight.testing import KEYS
from oversight.verification import Verification


def main(url: str) -> None:
    """Verify, and print how fast it was. Fails unless the verdict is clean."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    database = Database(url, pool_size=1)
    began, busy = time.perf_counter(), time.process_time()
    report = Verification(database, KEYS).run()
    spent = time.perf_counter() - began
    print(f"{report.entries / (time.process_time() - busy):,.0f} entries/s of processor time")
    assert report.verdict == "clean", report.findings
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    print(report.entries / spent)


if __name__ == "__main__":
    main(sys.argv[1])
