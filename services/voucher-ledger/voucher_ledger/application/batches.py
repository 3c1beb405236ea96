"""Use cases of batches and granting (批次、发放, art. 17)."""

from chassis import clock
from chassis.application import Decision
from voucher_ledger import queries
from voucher_ledger.application.base import LedgerBase
from voucher_ledger.domain.budget import Appropriation, Batch, appropriation_id
from voucher_ledger.domain.refusals.batches import AlreadyGranted, HolderNotAdmitted
from voucher_ledger.domain.refusals.budget import AppropriationExceeded
from voucher_ledger.domain.voucher import Voucher, voucher_id


class Batches(LedgerBase):
    """Batches are opened and their vouchers granted."""

    def open_batch(
        self, fund: str, year: int, region: str, amount_fen: int, **terms: object
    ) -> Decision:
        """Open a batch out of an appropriation. Refused beyond what is left of it."""
        appropriation = self.find(Appropriation, appropriation_id(fund, year))
        if appropriation is None:
            raise AppropriationExceeded(asked_fen=amount_fen, left_fen=0)
        batch = Batch.open(
            clock.legal_date(),
            fund=fund,
            year=year,
            region=region,
            amount_fen=amount_fen,
            **terms,
        )
        appropriation.allocate(batch.key, region, amount_fen)
        result = {
            "id": batch.key,
            "fund": fund,
            "year": year,
            "region": region,
            "amount_fen": amount_fen,
            "granted_fen": 0,
            "granted": 0,
            **terms,
        }
        return Decision(result, [appropriation, batch])

    def grant_vouchers(self, batch_id: str, holders: list[str]) -> Decision:
        """Grant a voucher to each holder, or to none when one of them may not have it."""
        batch = self.load(Batch, batch_id)
        wanted = sorted(set(holders))
        admitted, seen = queries.granting.users_among(self.database, wanted)
        if missing := [holder for holder in wanted if holder not in admitted]:
            raise HolderNotAdmitted(holders=", ".join(missing[:20]))
        ids = {holder: voucher_id(batch_id, holder) for holder in wanted}
        if having := queries.granting.holders_of(self.database, list(ids.values())):
            raise AlreadyGranted(holders=", ".join(sorted(having)[:20]))
        batch.grant(len(wanted))
        vouchers = [Voucher.grant(batch, holder) for holder in wanted]
        result = {
            "batch_id": batch_id,
            "vouchers": [{"id": ids[holder], "holder": holder} for holder in wanted],
            "granted_fen": len(wanted) * batch.face_fen,
        }
        return Decision(result, [batch, *vouchers], seen=seen)
