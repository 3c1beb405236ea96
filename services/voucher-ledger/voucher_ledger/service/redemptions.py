"""Entrypoints of redemption and of its samples."""

from typing import Any

from chassis.application import Decision
from chassis.service import handles
from schemas.voucher_ledger.redemptions import (
    ApplyRedemption,
    AuditRedemption,
    ListPublicised,
    ListRedemptions,
    ReviewRedemption,
)
from schemas.voucher_ledger.risks import DecideHold
from schemas.voucher_ledger.sampling import DrawSample, GetSampleRound, ListSampleRounds
from voucher_ledger import queries
from voucher_ledger.domain.sampling import SampleRound
from voucher_ledger.presenting import present_sample_round
from voucher_ledger.service.base import LedgerEntrypoints, Views


class RedemptionEntrypoints(LedgerEntrypoints):
    """Redemptions are applied for, reviewed, drawn, audited, publicised."""

    @handles(ApplyRedemption)
    def apply_redemption(self, **values: Any) -> Decision:
        return self.runtime.application.apply_redemption(**values)

    @handles(ReviewRedemption)
    def review_redemption(self, **values: Any) -> Decision:
        return self.runtime.application.review_redemption(**values)

    @handles(DecideHold)
    def decide_hold(self, **values: Any) -> Decision:
        return self.runtime.application.decide_hold(**values)

    @handles(DrawSample)
    def draw_sample(self) -> Decision:
        return self.runtime.application.draw_sample()

    @handles(AuditRedemption)
    def audit_redemption(self, **values: Any) -> Decision:
        return self.runtime.application.audit_redemption(**values)

    @handles(ListRedemptions)
    def list_redemptions(self, **values: Any) -> Views:
        return queries.redemptions.listed(self.runtime.application.database, **values)

    @handles(ListPublicised)
    def list_publicised(self, **values: Any) -> Views:
        return queries.redemptions.publicised(self.runtime.application.database, **values)

    @handles(ListSampleRounds)
    def list_sample_rounds(self, **values: Any) -> Views:
        return queries.sampling.listed(self.runtime.application.database, **values)

    @handles(GetSampleRound)
    def get_sample_round(self, round_id: str) -> dict[str, Any]:
        application = self.runtime.application
        current = application.load(SampleRound, round_id)
        note = None
        if current.size is not None:
            note = queries.sampling.cosigned_note(application.database, current.size)
        return present_sample_round(current, note)
