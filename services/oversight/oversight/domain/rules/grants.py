"""Were vouchers issued to whom, and as, they may be (art. 17, 25)?"""

from oversight.domain.book import purse
from oversight.domain.event import Event
from oversight.domain.reading import BATCH_TERMS, terms_of
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World


class ABatchHasItsMoney(Rule):
    """A batch is opened with the money that was set aside for it in its region's budget."""

    id = "batch-uncommitted"
    articles = (17,)
    reads = ("voucher-ledger.BatchOpened",)
    zh = "批次金额 {opened} 分与预算安排 {committed} 分不符"
    en = "The batch has {opened} fen; {committed} fen were set aside for it"

    def breach(self, event: Event, world: World) -> Breach:
        """Both, when they differ."""
        data = event.data
        own = purse(data["fund"], data["region"], data["year"])
        budget = world.budget_of.get(own)
        committed = budget.committed.get(event.stream, 0) if budget else 0
        opened = data["amount_fen"]
        return None if opened == committed else {"opened": opened, "committed": committed}


class GrantsStayWithinTheirBatch(Rule):
    """The vouchers of a batch are worth no more than was drawn of it, and it is open."""

    id = "grant-beyond-batch"
    articles = (17,)
    reads = ("voucher-ledger.VoucherGranted",)
    zh = "批次超发:累计发放 {granted} 分,已支取 {drawn} 分,批次状态 {state}"
    en = "Beyond the batch: {granted} fen granted, {drawn} drawn; it is {state}"

    def breach(self, event: Event, world: World) -> Breach:
        """More than drawn, or after its end."""
        batch = world.batches.get(event.data["batch_id"])
        if batch is None:
            return None
        granted = batch.granted_fen + event.data["face_fen"]
        if granted <= batch.drawn_fen and batch.state == "open":
            return None
        return {"granted": granted, "drawn": batch.drawn_fen, "state": batch.state}


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
