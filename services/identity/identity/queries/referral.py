"""The file with which a case of the blacklist is referred to the judiciary (移送材料, art. 28)."""

from typing import Any, Final

from chassis.database import Database
from chassis.seal import hash_of, history, known_keys, latest_checkpoint, stream_evidence
from chassis.settings import Settings

FORMAT: Final = "wanchuang-referral/1"
LOG: Final = "identity"
DOCUMENTS: Final = {
    "evidence_sha256": "evidence",
    "statement_sha256": "statement of the subject",
    "document_sha256": "letter of referral",
}
"""By field of an event: which document its digest is of."""


def steps(database: Database, settings: Settings, entry_id: str) -> list[dict[str, Any]]:
    """Each step of a case: who, when, what, where it is in the log, and its leaf hash there."""
    leaf = hash_of(settings).leaf
    return [
        {
            "type": each.type,
            "position": each.position,
            "recorded_at": each.event["recorded_at"],
            "actor": each.event["actor"],
            "role": each.event["role"],
            "data": each.data,
            "leaf": leaf(each.text.encode()).hex(),
        }
        for each in history(database, LOG, entry_id)
    ]


def documents(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The documents that the steps name, by their digests; they are handed over beside the file."""
    return [
        {"what": what, "sha256": step["data"][name], "position": step["position"]}
        for step in found
        for name, what in DOCUMENTS.items()
        if name in step["data"]
    ]


def evidence(database: Database, settings: Settings, entry_id: str) -> dict[str, Any] | None:
    """The evidence bundle of the case's complete history, under the log's own signature.

    None while no signed checkpoint covers it, and where the log's public key is not known here.
    """
    keys = known_keys(settings)
    if keys is None:
        return None

    def checkpoint(size: int) -> str | None:
        note = latest_checkpoint(database)
        return note if note is not None and int(note.splitlines()[1]) >= size else None

    return stream_evidence(database, LOG, entry_id, keys, checkpoint)
