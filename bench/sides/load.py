"""A load of POSTs on kept connections: prints the answers with status 200 a second.

`python -m bench.sides.load REQUESTS.jsonl CLIENTS SECONDS` — each line of the file is
`{"url": …, "headers": {…}, "body": {…}}` and is sent once, or again and again if it has `repeat`.
"""

import eventlet

eventlet.monkey_patch()

import http.client  # noqa: E402
import itertools  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections import Counter  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402
from urllib.parse import urlsplit  # noqa: E402


def main(path: str, clients: int, seconds: float) -> float:
    """Answers a second."""
    with Path(path).open() as lines:
        requests: list[dict[str, Any]] = [json.loads(line) for line in lines]
    todo = iter(itertools.cycle(requests) if requests[0].get("repeat") else requests)
    statuses: Counter[int] = Counter()
    stop = [False]

    def client() -> None:
        parts = urlsplit(requests[0]["url"])
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        for request in todo:
            body = json.dumps(request["body"])
            connection.request("POST", urlsplit(request["url"]).path, body, request["headers"])
            response = connection.getresponse()
            response.read()
            statuses[response.status] += 1
            if stop[0]:
                return

    workers = [eventlet.spawn(client) for _ in range(clients)]
    eventlet.sleep(0.5)
    before, began = statuses[200], time.perf_counter()
    eventlet.sleep(seconds)
    rate = (statuses[200] - before) / (time.perf_counter() - began)
    stop[0] = True
    for worker in workers:
        worker.wait()
    wrong = {status: count for status, count in statuses.items() if status != 200}
    if wrong:
        raise SystemExit(f"other answers: {wrong}")
    return rate


if __name__ == "__main__":
    print(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
