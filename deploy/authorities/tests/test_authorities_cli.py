"""The command as it is run: a process of its own on a free port, stopped by a signal."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from authorities.synthetic import population

ROOT = Path(__file__).resolve().parents[1]
PLAIN = "from authorities.cli import command; command()"
GREEN = f"import eventlet; eventlet.monkey_patch(); {PLAIN}"


class Server:
    """The simulator in a process of its own; its output is in `output`."""

    def __init__(self, folder: Path, code: str) -> None:
        self.port_file, self.output = folder / "port", folder / "output"
        arguments = ["--port", "0", "--persons", "20", "--firms", "20", "--slow-seconds", "60"]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", code, *arguments, "--port-file", str(self.port_file)],
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def url(self) -> str:
        """Its address, once it serves."""
        deadline = time.monotonic() + 30
        while not self.port_file.exists():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.05)
        return f"http://127.0.0.1:{self.port_file.read_text()}"


@pytest.fixture(params=[PLAIN, GREEN], ids=["plain", "green"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path, request.param)
    yield started
    if started.process.poll() is None:
        started.process.kill()
    started.process.wait()


def test_serves_and_stops_on_sigterm(server: Server) -> None:
    url, person = server.url(), population(person_count=20, firm_count=0).persons[9]
    asked = {"name": person.name, "id_number": person.id_number}

    def ask(_: int) -> str:
        answer = requests.post(f"{url}/public-security/identity-match", json=asked, timeout=20)
        return str(answer.json()["outcome"])

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(40))) == {"match"}
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=20) == 0
    assert not server.port_file.exists()
    output = server.output.read_text(encoding="utf-8")
    assert url in output
    assert person.id_number not in output
    assert "Traceback" not in output


def test_stops_while_a_slow_answer_is_under_way(server: Server) -> None:
    url = server.url()
    requests.post(f"{url}/control", json={"public-security": "slow"}, timeout=20)
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{url}/public-security/identity-match", json={}, timeout=(20, 0.3))
    # Others are served meanwhile.
    assert requests.get(url, timeout=20).status_code == 200
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(timeout=20) == 0
