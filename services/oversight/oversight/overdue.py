"""What waits too long for its cosignature: by the clock, also after the supervisor was away.

A log waits since its first entry that no cosignature covers was recorded; where the mirror does not
have that entry either, since the log first said that it has more.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from prometheus_client import Gauge

from chassis import clock
from chassis.database import Database
from chassis.refusal import Refusal
from oversight import queries
from oversight.docket import WITNESSED, Docket
from oversight.domain.event import legal_day
from oversight.domain.rules.redemptions import FundsAreNotHeldBack
from oversight.domain.rules.witness import ApprovalsAreCovered, CosignaturesAreInTime
from oversight.tally import LEDGER

ASKED = 6
"""How often a log that seems to be cosigned in full is asked for its length within the limit."""

BEHIND = Gauge("wanchuang_witness_behind_seconds", "How long a log waits to be cosigned", ["log"])
WAITING = Gauge("wanchuang_redemptions_uncovered", "Approved redemptions not cosigned yet")

_APPROVED = '%"type":"voucher-ledger.RedemptionApproved"%'
_FIRST = "SELECT entry FROM mirror WHERE log = %s AND position = %s"
_APPROVALS = """
SELECT position, entry FROM mirror WHERE log = %s AND position >= %s AND entry LIKE %s
ORDER BY position LIMIT 500
"""
_OVERDUE = '%"type":"voucher-ledger.Redemption%'
_TYPE = "voucher-ledger.Redemption"
HELD_BACK = "held-back/"
"""How the subjects of findings about money that is held back begin."""


class Overdue:
    """Opens a finding for each log and each approved redemption that waits too long."""

    def __init__(self, database: Database, docket: Docket, seconds: float) -> None:
        self._database = database
        self._docket = docket
        self._limit = seconds
        self._since: dict[tuple[str, int], datetime] = {}
        self._asked: dict[str, tuple[datetime, int]] = {}
        self._read = 0
        """How far the ledger's entries were looked at for payments that are overdue."""

    def check(self, name: str, ask_size: Callable[[], int]) -> None:
        """Look at one log; now and then it is asked how long it is (`ask_size`)."""
        found = queries.cosigned(self._database, name)
        covered = 0 if found is None else int(found["size"])
        since = self._waiting_since(name, covered, ask_size)
        waited = 0.0 if since is None else (clock.now() - since).total_seconds()
        BEHIND.labels(name).set(max(waited, 0.0))
        if waited > self._limit:
            breach = {"log": name, "position": covered, "seconds": round(self._limit)}
            finding = CosignaturesAreInTime.finding(name, covered, breach)
            self._docket.open(f"{WITNESSED}{finding.rule}/{name}/{covered}", finding)
        if name == LEDGER:
            self._redemptions(covered)
            self._held_back()
        self._docket.measure()

    def _waiting_since(
        self, name: str, covered: int, ask_size: Callable[[], int]
    ) -> datetime | None:
        row = self._database.row(_FIRST, (name, covered))
        if row is not None:
            recorded = _recorded_at(row["entry"])
            if recorded is not None:
                return recorded
        elif self._size(name, ask_size) <= covered:
            return None
        return self._since.setdefault((name, covered), clock.now())

    def _size(self, name: str, ask: Callable[[], int]) -> int:
        now = clock.now()
        asked, size = self._asked.get(name, (None, 0))
        if asked is None or (now - asked).total_seconds() >= self._limit / ASKED:
            with suppress(Refusal):  # it is away: what it said last holds
                size = ask()
            self._asked[name] = now, size
        return size

    def _redemptions(self, covered: int) -> None:
        rows = self._database.rows(_APPROVALS, (LEDGER, covered, _APPROVED))
        WAITING.set(len(rows))
        for row in rows:
            recorded = _recorded_at(row["entry"])
            if recorded is None or (clock.now() - recorded).total_seconds() <= self._limit:
                continue
            redemption = str(json.loads(row["entry"])["event"]["stream"])
            breach: dict[str, Any] = {"redemption": redemption, "seconds": round(self._limit)}
            finding = ApprovalsAreCovered.finding(LEDGER, row["position"], breach)
            self._docket.open(f"{WITNESSED}{finding.rule}/{redemption}", finding)

    def _held_back(self) -> None:
        """A finding for each redemption that the ledger flagged, until it is settled."""
        open_ = set(self._docket.waiting(HELD_BACK))
        for row in self._database.rows(_APPROVALS, (LEDGER, self._read, _OVERDUE)):
            self._read = int(row["position"]) + 1
            event = json.loads(row["entry"])["event"]
            subject, type_ = HELD_BACK + event["stream"], event["type"].removeprefix(_TYPE)
            if type_ == "Overdue":
                said = {"redemption": event["stream"], "pay_by": event["data"]["pay_by"]}
                said |= {"day": legal_day(event["recorded_at"]), "state": "-"}
                finding = FundsAreNotHeldBack.finding(LEDGER, row["position"], said)
                self._docket.open(subject, finding)
                open_.add(subject)
            elif type_ in ("Paid", "Rejected") and subject in open_:
                self._docket.close(subject, type_.lower())
                open_.discard(subject)


def _recorded_at(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(json.loads(text)["event"]["recorded_at"])
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    return at if at.tzinfo is not None else None
