"""Evidence of tampered histories, before the offline verifier and the published keys.

A bundle that a service hands out of a tampered history may be refused or found invalid; where it is
valid, it has to tell the truth, word for word. What the attacker puts together himself, with the
log's own key and whatever cosignature he finds, is never valid unless it tells the truth.
"""

import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from chassis.refusal import Refusal
from chassis.seal import known_keys, stream_evidence
from chassis.sealing.faults import Fault
from chassis.sealing.note import Note
from chassis.settings import Settings
from tests.tamper.platform import LOGS, Platform
from verifier import wanchuang_verify

LEDGER = "voucher-ledger"
SHOWN = 2
"""Streams of each log of which evidence is asked for."""


def honest(platform: Platform) -> dict[str, list[str]]:
    """Every entry of every log, before anybody tampers."""
    return {log: [entry.text for entry in platform.entries(log)] for log in LOGS}


def lies(platform: Platform, truth: dict[str, list[str]]) -> list[str]:
    """Bundles of a platform as it is now that are valid and do not tell the truth.

    What was written after the truth was taken down is true when the supervisor has it so.
    """
    settings = platform.runtimes[LEDGER].settings
    trusted = (settings.log_keys + " " + settings.witness_keys).split()
    found: list[str] = []
    for log, stream, bundle in _bundles(platform):
        if verify(bundle, trusted) != wanchuang_verify.VALID:
            continue
        if not _is_true(platform, log, bundle, truth[log]):
            found.append(f"{log}/{stream}")
    return found


def verify(bundle: dict[str, Any], trusted: list[str]) -> int:
    """The verdict of the offline verifier, given only published keys."""
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):
        path = Path(folder) / "bundle.json"
        path.write_text(json.dumps(bundle, ensure_ascii=False), "utf-8")
        keys = [argument for key in trusted for argument in ("--key", key)]
        return wanchuang_verify.main([str(path), *keys])


def _bundles(platform: Platform) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Bundles of some streams: with the newest cosigned checkpoint, and with forged ones."""
    for log in LOGS:
        settings = platform.runtimes[log].settings
        for stream in _streams(platform, log):
            for note in _notes(platform, log):
                bundle = _bundle(platform, log, stream, settings, note)
                if bundle is not None:
                    yield log, stream, bundle


def _bundle(
    platform: Platform, log: str, stream: str, settings: Settings, note: str
) -> dict[str, Any] | None:
    keys = known_keys(settings)
    assert keys is not None
    database = platform.runtimes[log].application.database
    try:
        return stream_evidence(database, log, stream, keys, lambda _: note)
    except (Fault, Refusal):
        return None


def _streams(platform: Platform, log: str) -> list[str]:
    """The streams with the most entries, and those of the newest ones."""
    database = platform.runtimes[log].application.database
    rows = database.rows(
        "SELECT stream::text FROM events GROUP BY stream ORDER BY count(*) DESC, stream LIMIT %s",
        (SHOWN,),
    )
    newest = database.rows(
        "SELECT e.stream::text FROM entries n JOIN events e ON e.tx = n.tx AND e.id = n.event_id "
        "ORDER BY n.position DESC LIMIT %s",
        (SHOWN,),
    )
    return list(dict.fromkeys(row["stream"] for row in (*rows, *newest)))


def _notes(platform: Platform, log: str) -> Iterator[str]:
    """The cosigned checkpoint, the log's own newest one, and the two mixed."""
    oversight = platform.runtimes["oversight"].application.database
    row = oversight.row(
        "SELECT note FROM cosigned WHERE log = %s ORDER BY size DESC LIMIT 1", (log,)
    )
    own = platform.runtimes[log].application.database.row(
        "SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1"
    )
    if row is not None:
        yield str(row["note"])
    if own is not None:
        yield str(own["note"])
    if row is not None and own is not None:
        cosigned, signed = Note.parse(row["note"]), Note.parse(own["note"])
        yield str(Note(signed.text, (*signed.signatures, cosigned.signatures[-1])))


def _is_true(platform: Platform, log: str, bundle: dict[str, Any], truth: list[str]) -> bool:
    """Whether every entry is what it was, or was seen by the supervisor later."""
    entries = {item["position"]: item["entry"] for item in bundle["entries"]}
    oversight = platform.runtimes["oversight"].application.database
    rows = oversight.rows(
        "SELECT position, entry FROM mirror WHERE log = %s AND position >= %s", (log, len(truth))
    )
    known = {**dict(enumerate(truth)), **{row["position"]: row["entry"] for row in rows}}
    return all(known.get(at) == text for at, text in entries.items())
