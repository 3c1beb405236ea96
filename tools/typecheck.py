"""Check all types in one run of mypy, the tests of every distribution included.

Each distribution has a folder ``tests``, and mypy wants one name for one module, so it sees each
of them through a link with a name of its own (``tests_identity``); messages are turned back.
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINKS = ROOT / ".cache" / "typecheck"
PATTERNS = ("schemas/tests", "chassis/tests", "services/*/tests", "gateway/tests", "deploy/*/tests")


def link_tests() -> dict[str, str]:
    """Make the links and return link → folder, both relative to the root."""
    LINKS.mkdir(parents=True, exist_ok=True)
    for old in LINKS.iterdir():
        old.unlink()
    links = {}
    for pattern in PATTERNS:
        for folder in sorted(ROOT.glob(pattern)):
            if not any(folder.rglob("*.py")):
                continue
            name = "tests_" + re.sub(r"\W", "_", folder.parent.name)
            (LINKS / name).symlink_to(folder)
            links[str((LINKS / name).relative_to(ROOT))] = str(folder.relative_to(ROOT))
    return links


def main() -> int:
    """Run mypy with the settings of pyproject.toml; return its status."""
    links = link_tests()
    targets = [*map(str, default_targets()), *links]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *targets],
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": str(LINKS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    output = done.stdout
    for link, folder in links.items():
        output = output.replace(link, folder)
    print(output, end="")
    return done.returncode


def default_targets() -> list[str]:
    """Return the paths of pyproject.toml's ``tool.mypy.files`` that hold code."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    paths = [ROOT / name for name in settings["tool"]["mypy"]["files"]]
    found = [path for path in paths if path.is_file() or any(path.rglob("*.py"))]
    return [str(path.relative_to(ROOT)) for path in found]


if __name__ == "__main__":
    sys.exit(main())
