"""Collecting garbage in a process that serves for long.

What a service has loaded by the time that it serves stays until it stops: hundreds of thousands of
objects, which each full collection would look through anew in the midst of some command.
"""

import gc

THRESHOLDS = 10_000, 20, 50
"""New objects before a young collection, and how many of those before the older ones."""


def settle() -> None:
    """Collect once, and leave alone from now on what is there: the process begins to serve."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
