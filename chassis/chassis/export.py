"""The whole log of every service as files (移交数据), for a successor, an archive or a restore.

A folder with `<log>.jsonl` (an entry a line, in canonical JSON, as sealed), `<log>.checkpoint` (the
signed note over exactly these entries) and `manifest.json`, whose SHA-256 stands for all of it.
Personal fields are in it as the log has them, sealed; keys are not.
"""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from chassis.database import Database
from chassis.log import MAX_READ, LogReader
from chassis.seal import latest_checkpoint
from chassis.sealing.checkpoint import Checkpoint, open_checkpoint
from chassis.sealing.faults import Fault
from chassis.sealing.frontier import Frontier
from chassis.sealing.keys import VerifierKey

FORMAT = "wanchuang-export/1"
MANIFEST = "manifest.json"


class ExportUnfit(Exception):
    """Entries that are not what a log signed; `str` says which log, and why."""


def write_log(database: Database, log: str, key: VerifierKey, folder: Path) -> dict[str, Any]:
    """Write a log as far as it is sealed; returns its line of the manifest. Raises `ExportUnfit`.

    The entries are hashed while they are written and compared with the signed root.
    """
    note = latest_checkpoint(database)
    if note is None:
        raise ExportUnfit(f"{log}: nothing is sealed yet")
    head = _opened(log, note, key)
    reader, digest = LogReader(database, log), sha256()
    frontier = Frontier(head.hashing)
    with (folder / f"{log}.jsonl").open("wb") as file:
        while frontier.size < head.size:
            end = min(frontier.size + MAX_READ, head.size)
            texts = [entry.text.encode() for entry in reader.entries(frontier.size, end)]
            if not texts:
                raise ExportUnfit(f"{log}: entry {frontier.size} is missing")
            frontier = frontier.extend(head.hashing.leaves(texts))
            written = b"".join(text + b"\n" for text in texts)
            digest.update(written)
            file.write(written)
    _compare(log, frontier, head)
    (folder / f"{log}.checkpoint").write_text(note, "utf-8")
    return {
        "log": log,
        "size": head.size,
        "root": head.root.hex(),
        "entries_sha256": digest.hexdigest(),
        "checkpoint_sha256": sha256(note.encode()).hexdigest(),
    }


def write_manifest(folder: Path, logs: list[dict[str, Any]]) -> str:
    """Write the manifest, after everything else; returns its SHA-256 in hex."""
    text = json.dumps({"format": FORMAT, "logs": logs}, indent=1, sort_keys=True) + "\n"
    (folder / MANIFEST).write_text(text, "utf-8")
    return sha256(text.encode()).hexdigest()


def check(folder: Path, keys: Mapping[str, VerifierKey]) -> tuple[str, list[dict[str, Any]]]:
    """The manifest's SHA-256 and its logs, when every file is what its log signed.

    Needs no database and no network. Raises `ExportUnfit`; `OSError` for a file that is not there.
    """
    text = (folder / MANIFEST).read_bytes()
    try:
        manifest = json.loads(text)
        found = {each["log"]: each for each in manifest["logs"]}
        if manifest["format"] != FORMAT or len(found) != len(manifest["logs"]):
            raise ExportUnfit(f"{MANIFEST}: not of the format {FORMAT}")
    except (ValueError, TypeError, LookupError) as error:
        raise ExportUnfit(f"{MANIFEST}: not readable") from error
    if missing := keys.keys() - found.keys():
        raise ExportUnfit(f"{', '.join(sorted(missing))}: not in the export")
    for log, line in found.items():
        if log not in keys:
            raise ExportUnfit(f"{log}: no key is known")
        _check_log(folder, log, line, keys[log])
    return sha256(text).hexdigest(), list(found.values())


def _check_log(folder: Path, log: str, line: Mapping[str, Any], key: VerifierKey) -> None:
    note = (folder / f"{log}.checkpoint").read_text("utf-8")
    head, digest = _opened(log, note, key), sha256()
    frontier = Frontier(head.hashing)
    for texts in _lines(folder / f"{log}.jsonl"):
        digest.update(b"".join(texts))
        frontier = frontier.extend(head.hashing.leaves([text[:-1] for text in texts]))
    _compare(log, frontier, head)
    says = (head.size, head.root.hex(), digest.hexdigest(), sha256(note.encode()).hexdigest())
    if says != tuple(
        line.get(name) for name in ("size", "root", "entries_sha256", "checkpoint_sha256")
    ):
        raise ExportUnfit(f"{log}: the manifest says something else")


def _lines(path: Path) -> Iterator[list[bytes]]:
    with path.open("rb") as file:
        batch: list[bytes] = []
        for text in file:
            batch.append(text if text.endswith(b"\n") else text + b"\n")
            if len(batch) == MAX_READ:
                yield batch
                batch = []
        if batch:
            yield batch


def _opened(log: str, note: str, key: VerifierKey) -> Checkpoint:
    try:
        return open_checkpoint(note, key).checkpoint
    except Fault as fault:
        raise ExportUnfit(f"{log}: {fault.as_dict()['message']['en']}") from fault


def _compare(log: str, frontier: Frontier, head: Checkpoint) -> None:
    if (frontier.size, frontier.root) != (head.size, head.root):
        raise ExportUnfit(f"{log}: the entries are not those that were signed")
