"""Run every test: two runs of pytest side by side, since most tests wait more than they work.

Each run has servers of its own. What the first says is shown as it goes, what the second says when
both have ended. With arguments there is one run of pytest, with those.
"""

import signal
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST = ("tests", "gateway/tests", "deploy/*/tests", "verifier/tests")
"""Whole platforms, and what runs them. Every other folder is the second run's."""


def shares() -> list[list[str]]:
    """The folders of each run; together they are the `testpaths` of pyproject.toml."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = settings["tool"]["pytest"]["ini_options"]["testpaths"]
    found: list[list[str]] = [[], []]
    for pattern in patterns:
        folders = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob(pattern))]
        found[pattern not in FIRST] += folders
    return found


def main(arguments: list[str]) -> int:
    """Run pytest; 0 when all tests passed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and so end what was started
    command = [sys.executable, "-m", "pytest"]
    if arguments:
        return subprocess.run([*command, *arguments], cwd=ROOT, check=False).returncode
    first, second = shares()
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen([*command, *second], cwd=ROOT, stdout=said, stderr=said) as other,
    ):
        try:
            status = subprocess.run([*command, *first], cwd=ROOT, check=False).returncode
            status = other.wait() or status
        finally:
            other.terminate()  # when interrupted; it ends its servers first
        said.seek(0)
        print(said.read().decode(errors="replace"), flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
