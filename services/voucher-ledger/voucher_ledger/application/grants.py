"""Use cases of granting (发放, art. 17, 25): a few at once, or many in a run."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from chassis import context
from chassis.application import Decision
from chassis.domain import Aggregate
from chassis.eventstore.bulk import Bulk
from voucher_ledger import queries
from voucher_ledger.application.base import LedgerBase
from voucher_ledger.domain import book, eligibility
from voucher_ledger.domain.batch import Batch
from voucher_ledger.domain.book import Bucket
from voucher_ledger.domain.chunk import Chunk
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

CHUNK = 5000
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
        chunk = self.ahead.taken((run_id, run.after, size)) or self._chunk(run, batch, size)
        if not chunk.standings:
            return self._end_run(run, COMPLETE)
        count = len(chunk.eligible)
        with ExitStack() as stack:
            changed: list[Aggregate] = []
            if count:
                held = self._some_money(batch, count)
                if held is None:
                    return self._end_run(run, EXHAUSTED)
                stack.enter_context(held)
                count = min(count, held.share.left_fen // batch.face_fen)
                _issue(held, batch, count * batch.face_fen, run_id)
                changed = held.changed
            run.advance(chunk.after, count, chunk.refused(count))
            if count < len(chunk.eligible):  # the money ends before the chunk does
                run.end(EXHAUSTED)
            else:
                place = (run_id, run.after, size)
                self.ahead.begin(place, lambda: self._next_chunk(run, batch, size))
            stack.enter_context(self.remembering(run))
            return Decision(
                {"run_id": run_id, "number": run.number, "ended": bool(run.ended)},
                [*changed, run],
                rule_version=eligibility.RULE_VERSION,
                seen=chunk.seen,
                bulks=_vouchers(batch, run_id, chunk, count),
                held=stack.pop_all(),
                repeatable=not run.ended,
            )

    @contextmanager
    def _waking(self) -> Iterator[None]:
        """Tell whoever carries out runs, once the decision was written."""
        yield
        self.run_started.set()

    def _chunk(self, run: GrantRun, batch: Batch, size: int) -> Chunk:
        """The users of the next chunk, none when the run is complete.

        Who was admitted or verified behind the cursor of a run by rule is asked before it ends.
        """
        found = self._next_chunk(run, batch, size)
        if found is not None or run.source == LIST:
            return found or Chunk.of(batch, {}, run.after, {})
        behind = queries.granting.missed(self.database, batch.key, batch.target, size)
        standings, seen = queries.granting.standings(self.database, behind, batch.key)
        eligible = {
            subject: standing
            for subject, standing in standings.items()
            if batch.target.refusal(standing) is None
        }
        return Chunk.of(batch, eligible, run.after, seen)

    def _next_chunk(self, run: GrantRun, batch: Batch, size: int) -> Chunk | None:
        """The next users of a list, or by the batch's rule in the order of regions and ids."""
        if run.source == LIST:
            start = int(run.after or 0)
            subjects = run.listed[start : start + size]
            standings, seen = queries.granting.standings(self.database, subjects, batch.key)
            return Chunk.of(batch, standings, str(start + size), seen) if subjects else None
        region = batch.target.region
        standings, seen = queries.granting.candidates(
            self.database, region, batch.key, run.after, size
        )
        if not standings:
            return None
        last = next(reversed(standings))
        return Chunk.of(batch, standings, queries.granting.place_of(last, standings[last]), seen)

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


def _vouchers(batch: Batch, run_id: str, chunk: Chunk, count: int) -> list[Bulk]:
    """Vouchers for the first of a chunk's eligible; the decisions that differ are few."""
    return [
        Bulk(
            Voucher.Granted,
            vouchers,
            {**carried(batch), "run_id": run_id, "eligibility": decided(standing)},
            {"holder": holders},
        )
        for standing, holders, vouchers in chunk.granted(count)
    ]
