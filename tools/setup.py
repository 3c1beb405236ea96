"""Make the virtual environment that a make target needs; quick when nothing changed.

    python3 tools/setup.py run            what running needs
    python3 tools/setup.py dev            and what tests and checks need
    python3 tools/setup.py dev rabbitmq   and a RabbitMQ server, unless AMQP_URL names one

Only the standard library, so it runs on a bare Debian with python3, python3-venv and make.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "setup.json"
OLDEST = (3, 11)

REQUIREMENTS = {
    "run": ("runtime.txt", "build.txt", "embedded.txt"),
    "dev": ("runtime.txt", "build.txt", "embedded.txt", "dev.txt"),
}
DISTRIBUTIONS = ("schemas", "chassis", "services/*", "gateway", "deploy/*")

POLICY = Path("/usr/sbin/policy-rc.d")
RABBITMQ_PROGRAMS = ("/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/rabbitmq/sbin/rabbitmq-server")


def say(text: str) -> None:
    """Tell what is being done."""
    print(f"setup: {text}", flush=True)


def fail(zh: str, en: str) -> None:
    """End with status 1 and what to do."""
    sys.exit(f"{zh}\n{en}")


def digest(paths: Iterable[Path]) -> str:
    """Hash the contents of files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def make_venv() -> None:
    """Make .venv unless a working one is there."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        fail(
            f"需要 Python 3.11 或更新版本,当前为 {found};可用 make PYTHON=python3.12 … 指定。",
            f"Python 3.11 or newer is needed, this is {found}; name another with "
            "`make PYTHON=python3.12 …`.",
        )
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0:
        return
    say("making .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        fail(
            "无法创建虚拟环境:请先运行 apt-get install python3-venv。",
            "cannot make a virtual environment: run `apt-get install python3-venv` first.\n"
            + (made.stdout + made.stderr).strip(),
        )


def pip(arguments: list[str]) -> None:
    """Run pip, showing the package it is at on a terminal, and its last lines if it fails."""
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", *arguments]
    lines: list[str] = []
    terminal = sys.stdout.isatty()
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            if terminal and line.startswith(("Collecting", "Installing", "Building")):
                print(f"\r\033[K       {line.strip()[:70]}", end="", flush=True)
    if terminal:
        print("\r\033[K", end="", flush=True)
    if process.returncode != 0:
        fail("安装依赖失败:", "installing the dependencies failed:\n" + "".join(lines[-15:]))


def install(group: str) -> None:
    """Install the pinned requirements of `group` and our distributions, if anything changed."""
    done = json.loads(STAMP.read_text("utf-8")) if STAMP.exists() else {}
    group = "dev" if "dev" in (group, done.get("group")) else "run"
    files = [ROOT / "requirements" / name for name in REQUIREMENTS[group]]
    projects = [
        path for pattern in DISTRIBUTIONS for path in sorted(ROOT.glob(f"{pattern}/pyproject.toml"))
    ]
    state = {
        "group": group,
        "root": str(ROOT),
        "requirements": digest(files),
        "projects": digest(projects),
    }
    if state == done:
        return
    if state["requirements"] != done.get("requirements"):
        count = sum(text.count("==") for text in (path.read_text("utf-8") for path in files))
        say(f"installing {count} pinned packages (a minute or two the first time)")
        pip(["--require-hashes", *(part for path in files for part in ("-r", str(path)))])
    say(f"installing our {len(projects)} distributions")
    editable = [part for path in projects for part in ("-e", str(path.parent))]
    pip(["--no-deps", "--no-build-isolation", "--no-index", *editable])
    STAMP.write_text(json.dumps(state, indent=1), "utf-8")


def ensure_rabbitmq() -> None:
    """Install RabbitMQ on a Debian as root; elsewhere say what to install."""
    if os.environ.get("AMQP_URL") or shutil.which("rabbitmq-server"):
        return
    if any(Path(program).exists() for program in RABBITMQ_PROGRAMS):
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        fail(
            "测试需要 RabbitMQ:请运行 sudo apt-get install rabbitmq-server"
            "(macOS:brew install rabbitmq),或设置 AMQP_URL。",
            "the tests need RabbitMQ: run `sudo apt-get install rabbitmq-server` "
            "(macOS: `brew install rabbitmq`), or set AMQP_URL.",
        )
    say("installing rabbitmq-server (it is not started: tests start their own)")
    keep_policy = POLICY.exists()
    if not keep_policy:
        POLICY.write_text("#!/bin/sh\nexit 101\n", "ascii")  # 101: starting services is forbidden
        POLICY.chmod(0o755)
    try:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update"], ["install", "-y", "--no-install-recommends"]):
            packages = ["rabbitmq-server"] if arguments[0] == "install" else []
            done = subprocess.run(
                ["apt-get", "-q", *arguments, *packages],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
                fail("安装 rabbitmq-server 失败:", f"installing rabbitmq-server failed:\n{tail}")
    finally:
        if not keep_policy:
            POLICY.unlink()


def main(arguments: list[str]) -> None:
    """Do what the arguments name: ``run`` or ``dev``, then perhaps ``rabbitmq``."""
    group = arguments[0] if arguments else "dev"
    if group not in REQUIREMENTS or arguments[1:] not in ([], ["rabbitmq"]):
        sys.exit(__doc__)
    make_venv()
    install(group)
    if "rabbitmq" in arguments:
        ensure_rabbitmq()


if __name__ == "__main__":
    main(sys.argv[1:])
