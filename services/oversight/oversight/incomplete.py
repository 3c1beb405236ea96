"""What is not applied, by the clock: findings on the docket while the platform runs.

A replay asks the same of the logs alone (`domain/rules/completeness.py`). Here it is said within a
minute: a subscriber applied something else, or parked an entry; within two, that it is silent for
too long. Silence counts that two looks in a row have met: after a rest of the whole platform
everybody was silent, and says at once what was left.
"""

from collections.abc import Iterator
from datetime import datetime

from chassis import clock
from chassis.database import Database
from oversight.completeness import Standing, standings
from oversight.docket import Docket
from oversight.domain.finding import Finding
from oversight.domain.rules.completeness import (
    WITHIN,
    AppliedIsWhatWasPublished,
    NothingStaysParked,
    WhatWasPublishedIsAcknowledged,
)

PREFIX = "completeness/"
"""How the subjects of these findings begin."""


class Incomplete:
    """Opens a finding for what is not applied, and closes it once it is."""

    def __init__(self, database: Database, docket: Docket) -> None:
        self._database = database
        self._docket = docket
        self._silent: set[str] = set()
        """The silences that the look before met."""

    def check(self) -> None:
        """Look at every subscriber once."""
        wrong = dict(self._wrong())
        before, self._silent = self._silent, {each for each in wrong if _of_silence(each)}
        for subject, finding in wrong.items():
            if subject not in self._silent or subject in before:
                self._docket.open(subject, finding)
        for subject in self._docket.waiting(PREFIX):
            differs = subject.startswith(f"{PREFIX}{AppliedIsWhatWasPublished.id}/")
            if subject not in wrong and not differs:  # what was applied is never undone
                self._docket.close(subject, "dealt with")
        self._docket.measure()

    def _wrong(self) -> Iterator[tuple[str, Finding]]:
        for each in standings(self._database):
            yield from _differs(each)
            yield from _silent(each)
            for position in each.parked:
                breach = {"subscriber": each.subscriber, "log": each.log}
                finding = NothingStaysParked.finding(each.log, position, breach)
                yield _subject(each, finding, position), finding


def _differs(each: Standing) -> Iterator[tuple[str, Finding]]:
    if each.fits is not False:
        return
    size = each.acknowledged
    breach = {"subscriber": each.subscriber, "log": each.log, "size": size}
    finding = AppliedIsWhatWasPublished.finding(each.log, size - 1, breach)
    yield _subject(each, finding, size), finding


def _silent(each: Standing) -> Iterator[tuple[str, Finding]]:
    since, now = each.waiting_since, clock.now()
    if each.waiting_at is None or since is None or now - datetime.fromisoformat(since) <= WITHIN:
        return
    breach = {"subscriber": each.subscriber, "log": each.log, "size": each.acknowledged}
    breach |= {"at": since, "latest": clock.timestamp(now)}
    finding = WhatWasPublishedIsAcknowledged.finding(each.log, each.waiting_at, breach)
    yield _subject(each, finding, each.waiting_at), finding


def _of_silence(subject: str) -> bool:
    return subject.startswith(f"{PREFIX}{WhatWasPublishedIsAcknowledged.id}/")


def _subject(each: Standing, finding: Finding, place: int) -> str:
    return f"{PREFIX}{finding.rule}/{each.subscriber}/{each.log}/{place}"
