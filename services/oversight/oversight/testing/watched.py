"""For tests: two watched logs, as they are and as the supervisor holds them."""

import json
from typing import Any
from uuid import UUID

from chassis import clock
from chassis.canonical import canonical
from chassis.commands import Commands
from chassis.domain import new_id
from chassis.eventstore.mapper import event_body
from chassis.log import Entry
from chassis.sealing.checkpoint import Checkpoint, seal
from chassis.sealing.hashing import SHA256
from chassis.sealing.tree import TreeState
from chassis.sequencer import Sequencer
from chassis.settings import Settings
from chassis.testing import sequencer
from oversight import queries
from oversight.application import Oversight
from oversight.subscriptions import mirror
from oversight.tally import LEDGER
from oversight.testing import KEYS, SIGNERS, WITNESS
from oversight.witnessing import Witnessing

WATCHED = ("catalog", LEDGER)


class Watched:
    """Two watched logs, as they are and as the supervisor holds them."""

    def __init__(self, url: str) -> None:
        self.app = Oversight(Settings.load("oversight", {"DATABASE_URL": url}))
        self.logs: dict[str, list[Entry]] = {log: [] for log in WATCHED}
        self.sequencer: Sequencer = sequencer(self.app.database, "oversight")
        self.restart()

    def restart(self) -> None:
        """The witness begins anew, with what it stored."""
        self.witnessing = self.witness()

    def witness(self) -> Witnessing:
        """A witness; there may be several."""
        keys = {log: KEYS.logs[log] for log in WATCHED}
        return Witnessing(self.app, Commands(self.app), keys, WITNESS)

    def append(self, log: str, count: int = 1, fen: int = 0) -> None:
        """Further entries of a log, which the mirror hears of."""
        for _ in range(count):
            name, data = _said(log, fen)
            body = event_body(f"{log}.{name}", UUID(new_id()), 1, clock.now(), data).decode()
            self.add(Entry.of(log, len(self.logs[log]), body))

    def add(self, entry: Entry) -> None:
        """A given entry, which the mirror hears of."""
        self.logs[entry.log].append(entry)
        advance = (entry.log, entry.position, entry.position)
        self.app.database.execute(
            [*mirror([entry]), ("SELECT advance_tracking(%s, %s, %s)", advance)]
        )

    def rewrite(self, entry: Entry) -> None:
        """Another entry in its place, in the log and, with the guard taken off, in the mirror."""
        self.logs[entry.log][entry.position] = entry
        with self.app.database.cursor() as cursor:
            cursor.execute("ALTER TABLE mirror DISABLE TRIGGER USER")
            cursor.execute(
                "UPDATE mirror SET entry = %s WHERE log = %s AND position = %s",
                (entry.text, entry.log, entry.position),
            )

    def note(self, log: str, lines: tuple[str, ...] = (), size: int | None = None) -> str:
        """What the log signs of its entries, with these lines of totals."""
        texts = [entry.text.encode() for entry in self.logs[log][:size]]
        state = TreeState().append(SHA256.leaves(texts)).state
        key = SIGNERS[log]
        return str(seal(Checkpoint.of(key.name, state.size, state.root, SHA256, lines), key))

    def types(self) -> list[str]:
        """What oversight's own log says."""
        self.sequencer.step()
        return [entry.type.partition(".")[2] for entry in self.app.log_reader.entries(0)]

    def findings(self) -> list[dict[str, Any]]:
        """The docket."""
        return queries.findings(self.app.database, None, 0, 100)


def spoiled(entry: Entry, **changes: object) -> Entry:
    """An entry whose envelope says something else."""
    event = {**json.loads(entry.text)["event"], **changes}
    return Entry.of(entry.log, entry.position, canonical(event).decode())


def _said(log: str, fen: int) -> tuple[str, dict[str, Any]]:
    """An event that fits its schema; of the ledger, one that appropriates an amount."""
    if log == "catalog":
        return "ListingWithdrawn", {"reason": "provider"}
    if not fen:
        return "VoucherClaimed", {}
    postings = [
        {"account": "appropriated/JYCY/340000/2026", "fen": -fen},
        {"account": "unissued/JYCY/340000/2026", "fen": fen},
    ]
    document = "皖财社〔2026〕1号"
    return "BudgetAppropriated", {
        "fen": fen,
        "source": "provincial",
        "document_number": document,
        "postings": postings,
    }
