"""Were vouchers issued to whom, and as, they may be (art. 17, 25)?"""

from oversight.domain.event import Event
from oversight.domain.reading import BATCH_TERMS, terms_of
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World


class ABatchHasItsAllocation(Rule):
    """A batch is opened with the money that was allocated to it, for the same region and year."""

    id = "batch-unallocated"
    articles = (17,)
    reads = ("voucher-ledger.BatchOpened",)
    zh = "批次与预算分配不符:分配 {allocated},批次 {opened}"
    en = "The batch is not what was allocated: {allocated} allocated, {opened} opened"

    def breach(self, event: Event, world: World) -> Breach:
        """Both, when they differ."""
        data = event.data
        opened = (data["fund"], data["region"], data["year"], data["amount_fen"])
        allocated = world.allocations.get(event.stream)
        return None if opened == allocated else {"allocated": allocated or "-", "opened": opened}


class GrantsStayWithinTheirBatch(Rule):
    """The vouchers of a batch are announced by it and are worth no more than it holds."""

    id = "grant-beyond-batch"
    articles = (17,)
    reads = ("voucher-ledger.VoucherGranted",)
    zh = "批次超发:累计发放 {granted} 分,批次宣布 {announced} 分,总额 {amount} 分"
    en = "Beyond the batch: {granted} fen granted, {announced} announced, {amount} in all"

    def breach(self, event: Event, world: World) -> Breach:
        """More than announced, or than the batch holds."""
        batch = world.batches.get(event.data["batch_id"])
        if batch is None:
            return None
        granted = batch.granted_fen + event.data["face_fen"]
        if granted <= batch.announced_fen <= batch.amount_fen:
            return None
        return {
            "granted": granted,
            "announced": batch.announced_fen,
            "amount": batch.amount_fen,
        }


class AVoucherHasItsBatchsTerms(Rule):
    """A voucher carries the terms of its batch: fund, region, year, face, rates, dates."""

    id = "grant-off-terms"
    articles = (17,)
    reads = ("voucher-ledger.VoucherGranted",)
    zh = "创业券条款与批次不符:{names}"
    en = "The voucher's terms are not its batch's: {names}"

    def breach(self, event: Event, world: World) -> Breach:
        """The terms that differ."""
        batch = world.batches.get(event.data["batch_id"])
        if batch is None:
            return None
        data, terms = event.data, batch.terms
        names = [name for name in BATCH_TERMS if data[name] != terms[name]]
        if not names or (names == ["categories"] and terms_of(data) == terms):
            return None
        return {"names": ", ".join(names)}


class TheHolderWasAdmitted(Rule):
    """A voucher goes to a user whose admission the decision had seen in identity's log."""

    id = "holder-not-admitted"
    articles = (17, 25, 26)
    reads = ("voucher-ledger.VoucherGranted",)
    zh = "持券人 {holder} 在发放前未被准入为用户"
    en = "The holder {holder} was not an admitted user before the grant"

    def breach(self, event: Event, world: World) -> Breach:
        """No admission, or a later one."""
        holder = event.data["holder"]
        admitted = world.users.get(holder)
        if admitted is not None and admitted <= event.seen("identity"):
            return None
        return {"holder": holder}
