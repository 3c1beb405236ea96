"""Use cases of granting (发放, art. 17, 25): a few at once, or many in a run."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from chassis import context
from chassis.application import Decision
from chassis.domain import Aggregate
from chassis.eventstore.bulk import Bulk
from voucher_ledger import queries
from voucher_ledger.application.base import LedgerBase
from voucher_ledger.domain import book, eligibility
from voucher_ledger.domain.batch import Batch
from voucher_ledger.domain.book import Bucket
from voucher_ledger.domain.eligibility import GRANTED_BEFORE, NOT_ADMITTED, Standing
from voucher_ledger.domain.lease import ISSUE, allotment_id
from voucher_ledger.domain.refusals.batches import (
    AllotmentStandsStill,
    AlreadyGranted,
    BatchExhausted,
    HolderNotAdmitted,
    HolderNotEligible,
    RunWaits,
)
from voucher_ledger.domain.run import (
    BATCH_CLOSED,
    CANCELLED,
    COMPLETE,
    EXHAUSTED,
    LIST,
    GrantRun,
)
from voucher_ledger.domain.voucher import Voucher, carried, decided, voucher_ids
from voucher_ledger.leasing import Held, TooLittleLeft
from voucher_ledger.presenting import present_run

CHUNK = 2000
"""Users that one command of a run considers: long transactions hold the sequencer back."""

NAMED = 20
"""Holders that a refusal names at the most."""


class Grants(LedgerBase):
    """Vouchers are granted to eligible users."""

    def grant_vouchers(self, batch_id: str, holders: list[str]) -> Decision:
        """Grant a voucher to each holder, or to none when one of them may not have it."""
        batch = self.load(Batch, batch_id)
        batch.require_open()
        wanted = sorted(set(holders))
        standings, seen = queries.granting.standings(self.database, wanted, batch_id)
        _require_eligible(batch, standings)
        fen = len(wanted) * batch.face_fen
        result = {
            "batch_id": batch_id,
            "vouchers": [
                {"id": id_, "holder": holder}
                for id_, holder in zip(voucher_ids(batch_id, wanted), wanted, strict=True)
            ],
            "granted_fen": fen,
        }
        with ExitStack() as stack:
            held = stack.enter_context(self._money(batch, fen, fen))
            _issue(held, batch, fen, batch_id)
            vouchers = [Voucher.grant(batch, holder, standings[holder]) for holder in wanted]
            return Decision(
                result,
                [*held.changed, *vouchers],
                rule_version=eligibility.RULE_VERSION,
                seen=seen,
                held=stack.pop_all(),
            )

    def start_grant_run(self, batch_id: str, holders: list[str] | None) -> Decision:
        """Start a run: over the users that are named, or over all whom the batch's rule admits."""
        batch = self.load(Batch, batch_id)
        batch.require_open()
        run = GrantRun.start(batch_id, holders, context.current().actor)
        return Decision(present_run(run), [run], held=self._waking())

    def cancel_grant_run(self, run_id: str) -> Decision:
        """End a run where it is; what it granted stays granted."""
        run = self.load(GrantRun, run_id)
        run.end(CANCELLED)
        return Decision(present_run(run), [run])

    def advance_grant_run(self, run_id: str, number: int, size: int = CHUNK) -> Decision:
        """Carry out a chunk of a run: the one after those that were. Raises `RunWaits`."""
        run = self.remembered(GrantRun, run_id)
        if run.ended or run.number + 1 != number:
            return Decision({"run_id": run_id, "number": run.number, "ended": bool(run.ended)})
        batch = self.load(Batch, run.batch_id)
        if batch.state != "open":
            return self._end_run(run, BATCH_CLOSED)
        subjects, after = self._candidates(run, batch, size)
        if not subjects:
            return self._end_run(run, COMPLETE)
        asked = len(subjects)
        standings, seen = queries.granting.standings(self.database, subjects, batch.key)
        found = {standing: batch.target.refusal(standing) for standing in set(standings.values())}
        codes = {subject: found[standings[subject]] for subject in subjects}
        eligible = [subject for subject in subjects if codes[subject] is None]
        with ExitStack() as stack:
            changed: list[Aggregate] = []
            if eligible:
                held = self._some_money(batch, len(eligible))
                if held is None:
                    return self._end_run(run, EXHAUSTED)
                stack.enter_context(held)
                affordable = held.share.left_fen // batch.face_fen
                if affordable < len(eligible):  # the money ends before the chunk does
                    subjects = subjects[: subjects.index(eligible[affordable])]
                    eligible = eligible[:affordable]
                _issue(held, batch, len(eligible) * batch.face_fen, run_id)
                changed = held.changed
            run.advance(after, len(eligible), _refusals(subjects, standings, codes))
            if len(subjects) < asked:
                run.end(EXHAUSTED)
            stack.enter_context(self.remembering(run))
            return Decision(
                {"run_id": run_id, "number": run.number, "ended": bool(run.ended)},
                [*changed, run],
                rule_version=eligibility.RULE_VERSION,
                seen=seen,
                bulks=[_vouchers(batch, run_id, eligible, standings)] if eligible else [],
                held=stack.pop_all(),
            )

    @contextmanager
    def _waking(self) -> Iterator[None]:
        """Tell whoever carries out runs, once the decision was written."""
        yield
        self.run_started.set()

    def _candidates(self, run: GrantRun, batch: Batch, size: int) -> tuple[list[str], str]:
        """The users of the next chunk, and where the one after it begins.

        A run by rule asks in the order of regions and ids. Who was admitted or verified behind its
        cursor meanwhile is asked before it ends.
        """
        if run.source == LIST:
            start = int(run.after or 0)
            subjects = run.listed[start : start + size]
            return subjects, str(start + len(subjects))
        region = batch.target.region
        subjects, after = queries.granting.candidates(self.database, region, run.after, size)
        if not subjects:
            behind = queries.granting.missed(self.database, batch.key, batch.target, size)
            found, _ = queries.granting.standings(self.database, behind, batch.key)
            subjects = [each for each in behind if batch.target.refusal(found[each]) is None]
        return subjects, after

    def _end_run(self, run: GrantRun, reason: str) -> Decision:
        run.end(reason)
        result = {"run_id": run.key, "number": run.number, "ended": True}
        return Decision(result, [run], held=self.remembering(run))

    def _some_money(self, batch: Batch, count: int) -> Held | None:
        """Money for a number of vouchers, or for at least one; None when there is none."""
        key = allotment_id(ISSUE, batch.key)
        try:
            return self.take_share(key, count * batch.face_fen, batch.face_fen)
        except TooLittleLeft:
            return None
        except AllotmentStandsStill as error:
            raise RunWaits from error

    def _money(self, batch: Batch, fen: int, least: int) -> Held:
        try:
            return self.take_share(allotment_id(ISSUE, batch.key), fen, least)
        except TooLittleLeft as error:
            raise BatchExhausted(asked_fen=fen, left_fen=error.left_fen) from error


def _require_eligible(batch: Batch, standings: Mapping[str, Standing]) -> None:
    """Raise `HolderNotAdmitted`, `AlreadyGranted`, `HolderNotEligible`."""
    found: dict[str, list[str]] = {}
    for holder, standing in standings.items():
        if (code := batch.target.refusal(standing)) is not None:
            found.setdefault(code, []).append(holder)
    if missing := found.pop(NOT_ADMITTED, []):
        raise HolderNotAdmitted(holders=", ".join(missing[:NAMED]))
    if having := found.pop(GRANTED_BEFORE, []):
        raise AlreadyGranted(holders=", ".join(having[:NAMED]))
    named = [f"{holder} ({code})" for code, holders in found.items() for holder in holders]
    if named:
        raise HolderNotEligible(holders=", ".join(named[:NAMED]))


def _issue(held: Held, batch: Batch, fen: int, purpose: str) -> None:
    postings = book.move(batch.purse, Bucket.UNISSUED, Bucket.ISSUED, fen)
    held.share.draw(fen, purpose, postings)


def _refusals(
    subjects: Sequence[str], standings: Mapping[str, Standing], codes: Mapping[str, str | None]
) -> list[dict[str, Any]]:
    return [
        {"subject": subject, "code": code, "inputs": standings[subject].as_inputs()}
        for subject in subjects
        if (code := codes[subject]) is not None
    ]


def _vouchers(
    batch: Batch,
    run_id: str,
    holders: Sequence[str],
    standings: Mapping[str, Standing],
) -> Bulk:
    """A voucher for each of these holders; their decisions are few that differ."""
    decisions: dict[Standing, dict[str, Any]] = {}
    kept = []
    for holder in holders:
        standing = standings[holder]
        if standing not in decisions:
            decisions[standing] = decided(standing)
        kept.append(decisions[standing])
    return Bulk(
        Voucher.Granted,
        voucher_ids(batch.key, holders),
        {**carried(batch), "run_id": run_id},
        {"holder": holders, "eligibility": kept},
    )
