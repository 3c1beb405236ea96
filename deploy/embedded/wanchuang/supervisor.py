"""The supervisor's console beside a running platform: a process of its own, with its own settings.

It is what an auditor would start: it knows the supervisor's database and public keys, nothing else.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping

import eventlet

from wanchuang.servers.process import die_with_parent

SUPERVISOR = "supervisor.json"
"""The file of a data folder with these settings; there is nothing secret in it."""

SETTINGS = (
    "OVERSIGHT_DATABASE_URL",
    "LOG_KEYS",
    "WITNESS_KEYS",
    "PAYMENT_INSTITUTION_KEYS",
    "AMQP_URL",
)


def console(environ: Mapping[str, str], *arguments: str) -> int:
    """Run `wanchuang-oversight ARGUMENTS` under these settings; returns its exit status.

    Other green threads go on meanwhile.
    """
    given = {name: environ[name] for name in SETTINGS if name in environ}
    process = subprocess.Popen(
        [sys.executable, "-m", "oversight", *arguments],
        env={**os.environ, **given},
        preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509
    )
    while process.poll() is None:
        eventlet.sleep(0.05)
    return process.returncode
