"""Pin every dependency with hashes: requirements/*.in → requirements/*.txt.

uv runs in a throwaway environment and resolves for every Python from 3.11 on and every system;
no address of a registry gets into the files. Each file is bound to the versions of
``runtime.txt``. Options are handed to uv: ``--upgrade`` takes the newest versions that fit.
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ("runtime", "build", "embedded", "dev")
OPTIONS = ("--quiet", "--universal", "--python-version=3.11", "--generate-hashes", "--no-header")


def main() -> None:
    """Lock the files in order."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        programs = Path(folder) / "bin"
        subprocess.run([programs / "python", "-m", "pip", "install", "-q", "uv"], check=True)
        for name in FILES:
            print(f"lock: requirements/{name}.txt", flush=True)
            files = (f"requirements/{name}.in", "-o", f"requirements/{name}.txt")
            options = (*OPTIONS, *sys.argv[1:])
            subprocess.run(
                [str(programs / "uv"), "pip", "compile", *options, *files], check=True, cwd=ROOT
            )


if __name__ == "__main__":
    main()
