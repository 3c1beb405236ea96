"""One verification of a supervisor's database, or plain hashing of it, in a process on one core.

`python -m bench.sides.verify_ours URL [hash]`: entries a second on the last line. The verification
also says how much memory it took and how fast it was by the processor's time, which a busy machine
does not change much.
"""

import os
import resource
import sys
import time
from hashlib import sha256

from bench.sides.lives import INSTITUTIONS
from chassis.database import Database
from oversight.copies import OWN, copies
from oversight.domain.audit import ORDER
from oversight.testing import KEYS
from oversight.verification import Verification

MAX_MB = 500.0


def verify(database: Database) -> float:
    """Entries verified in a second. Fails unless the verdict is clean and memory stays low."""
    began, busy = time.perf_counter(), time.process_time()
    report = Verification(database, KEYS._replace(institutions=INSTITUTIONS)).run()
    spent, worked = time.perf_counter() - began, time.process_time() - busy
    assert report.verdict == "clean", [finding.en for finding in report.findings[:5]]
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{report.entries:,} entries, {used:.0f} MB, {report.entries / worked:,.0f}/s of its core"
    )
    assert used < MAX_MB, f"{used:.0f} MB"
    return report.entries / spent


def hash_plainly(database: Database) -> float:
    """Entries hashed in a second (SHA-256), the reading not counted."""
    spent, count = 0.0, 0
    for log, copy in copies(database, ORDER).items():
        for chunk in copy.chunks(0, copy.extent().end) if log != OWN else ():
            texts = [text for _, text in chunk]
            began = time.perf_counter()
            for text in texts:
                sha256(text).digest()
            spent += time.perf_counter() - began
            count += len(texts)
    return count / spent


def main(url: str, what: str = "verify") -> None:
    """Print the figure."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    database = Database(url, pool_size=1)
    print(hash_plainly(database) if what == "hash" else verify(database))


if __name__ == "__main__":
    main(*sys.argv[1:])
