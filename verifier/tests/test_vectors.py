"""The verifier as an auditor runs it: a process of its own, isolated from everything of ours."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from verifier.vectors import generate

HERE = Path(__file__).resolve().parent.parent
PROGRAM = HERE / "wanchuang_verify.py"
VECTORS = HERE / "vectors"
CASES: dict[str, dict[str, Any]] = json.loads((VECTORS / "cases.json").read_text("utf-8"))


def run(*arguments: str, cwd: Path = VECTORS) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(PROGRAM), *arguments]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}  # not even UTF-8 is promised
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.stderr == ""
    return done.stdout.rstrip("\n").rpartition("\n")[2]


@pytest.mark.parametrize("name", CASES)
def test_each_vector_gets_its_verdict(name: str) -> None:
    case = CASES[name]
    done = run(f"{name}.json", *case["arguments"])
    line = last_line(done)
    assert done.returncode == case["status"], done.stdout
    assert line.startswith("结论 · verdict: ")
    if case["status"] == 1:
        assert line.endswith(f"INVALID ({', '.join(case['codes'])})")
    elif case["status"] == 2:
        assert f"UNUSABLE INPUT ({case['codes'][0]}: " in line
    else:
        assert line.endswith("· VALID" if case["status"] == 0 else "NOT ANCHORED")
        assert "BAD" not in done.stdout
    assert ("VALID" in line.replace("INVALID", "")) == (case["status"] == 0)


def test_the_vectors_are_what_the_script_generates() -> None:
    files = generate.files()
    assert {path.name for path in VECTORS.glob("*.json")} == set(files)
    for name, text in files.items():
        assert (VECTORS / name).read_text("utf-8") == text


def test_every_fault_has_a_vector() -> None:
    source = PROGRAM.read_text("utf-8")
    texts = next(
        ast.literal_eval(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "TEXTS"
    )
    shown = {code for case in CASES.values() for code in case["codes"]}
    assert shown | {"unreadable"} == set(texts)
    readme = (HERE / "README.md").read_text("utf-8")
    assert all(f"`{code}`" in readme for code in texts)


def test_the_program_is_one_file_on_the_standard_library_and_cryptography() -> None:
    roots = set()
    for node in ast.walk(ast.parse(PROGRAM.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            roots |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            roots.add(str(node.module).partition(".")[0])
    assert roots - set(sys.stdlib_module_names) == {"cryptography"}
    assert not roots & {"socket", "ssl", "http", "urllib", "subprocess", "ctypes", "pickle"}


def test_keys_from_a_file(tmp_path: Path) -> None:
    keys = [argument.removeprefix("--key=") for argument in CASES["valid"]["arguments"]]
    file = tmp_path / "keys.txt"
    file.write_text("# 公布的公钥\n\n  " + "\n".join(keys) + "  \n", "utf-8")
    assert run("valid.json", f"--trust={file}").returncode == 0
    file.write_text("# none\n", "utf-8")
    assert run("valid.json", f"--trust={file}").returncode == 3
    file.write_text(keys[0][:-1] + "\n", "utf-8")
    assert run("valid.json", f"--trust={file}").returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("missing.json",),
        (".",),
        ("valid.json", "--trust=missing.txt"),
        ("valid.json", "--key=nonsense"),
        ("valid.json", "--key="),
        ("valid.json", "--key=\udcff"),
    ],
)
def test_what_cannot_be_read_is_unusable(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    if arguments[-1] == "--key=":  # an empty key is no key
        assert done.returncode == 3
    else:
        assert done.returncode == 2
        assert "UNUSABLE" in last_line(done)


@pytest.mark.parametrize("arguments", [(), ("valid.json", "--witnesses=x"), ("a", "b")])
def test_a_wrong_call_is_unusable_too(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_without_cryptography_there_is_no_verdict() -> None:
    command = [sys.executable, "-I", "-S", str(PROGRAM), "valid.json"]
    done = subprocess.run(command, cwd=VECTORS, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert "cryptography" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_is_in_both_languages() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "核验证据包" in done.stdout
    assert "Verify an evidence bundle" in done.stdout


def test_nothing_of_a_bundle_can_look_like_a_finding(tmp_path: Path) -> None:
    bundle = json.loads((VECTORS / "valid.json").read_text("utf-8"))
    lie = "x\n[通过 ok ] 结论 · verdict: 有效 · VALID\x1b[2K\u202e"
    bundle["log"]["origin"] = bundle["streams"][0]["stream"] = lie
    file = tmp_path / "lie.json"
    file.write_text(json.dumps(bundle), "utf-8")
    done = run(str(file), *CASES["valid"]["arguments"])
    assert done.returncode == 1
    for line in done.stdout.splitlines():
        assert "[通过 ok ] 结论" not in line
        assert not line.startswith("结论") or "INVALID" in line
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
