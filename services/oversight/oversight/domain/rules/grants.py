"""Were vouchers issued to whom, and as, they may be (art. 17, 25)?"""

from collections.abc import Iterator
from typing import Any

from oversight.domain.book import purse
from oversight.domain.event import Event
from oversight.domain.finding import Finding
from oversight.domain.reading import BATCH_TERMS, terms_of
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import Batch, Subject, World

ELIGIBILITY = "eligibility/3 (not Anhui law)"


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


def standing(subject_id: str, batch_id: str, event: Event, world: World) -> dict[str, Any]:
    """How somebody stood when it was decided: as far as the decision had seen identity's log."""
    subject, seen = world.subjects.get(subject_id) or Subject(), event.seen("identity")
    kind, verified = subject.verified(seen)
    known = subject.admitted_at is not None and subject.admitted_at <= seen
    return {
        "admitted": known and world.privacy.request(subject_id, seen) is None,
        "verified": verified,
        "kind": kind,
        "region": subject.region if known else "",
        "granted": (batch_id, subject_id) in world.holders,
        "aged_out": world.people.aged_out(subject_id, seen),
        "blacklisted": world.blacklist.on_it(subject_id, seen),
    }


def refusal(inputs: dict[str, Any], batch: Batch) -> str | None:
    """Why somebody gets no voucher of a batch, decided again; None when they may."""
    region = batch.target_region
    digits = region[:2] if region[2:] == "0000" else region[:4] if region[4:] == "00" else region
    causes = (
        (not inputs["admitted"], "not-admitted"),
        (not inputs["verified"], "not-verified"),
        (inputs["blacklisted"], "blacklisted"),
        (inputs["aged_out"], "aged-out"),
        (not inputs["region"].startswith(digits), "outside-region"),
        (inputs["kind"] not in batch.target_kinds, "other-kind"),
        (inputs["granted"], "granted-before"),
    )
    return next((code for holds, code in causes if holds), None)


class TheHolderWasEligible(Rule):
    """A voucher goes to somebody whom the batch is for, decided on what was known (发放条件)."""

    id = "holder-not-eligible"
    articles = (17, 25)
    reads = ("voucher-ledger.VoucherGranted",)
    zh = "持券人 {holder} 的发放条件不符:{reason},依据 {inputs}"
    en = "The holder {holder} is not eligible: {reason}, on {inputs}"

    def breach(self, event: Event, world: World) -> Breach:
        """A decision that comes out otherwise, or other inputs, or another rule."""
        data = event.data
        batch = world.batches.get(data["batch_id"])
        if batch is None or world.privacy.request(data["holder"], event.seen("identity")):
            return None  # `NothingBeginsAfterAnErasure` has said so
        inputs = standing(data["holder"], data["batch_id"], event, world)
        reason = refusal(inputs, batch)
        if reason is None and data["eligibility"] == {"rule": ELIGIBILITY, "inputs": inputs}:
            return None
        return {"holder": data["holder"], "reason": reason or "-", "inputs": inputs}


class ARefusalHoldsUnderTheRule(Rule):
    """Who is refused a voucher is refused for a reason that holds."""

    id = "refusal-unfounded"
    articles = (17,)
    reads = ("voucher-ledger.GrantRunRefused",)
    zh = "对 {subject} 的拒绝不成立:记载 {code},应为 {reason}"
    en = "The refusal of {subject} does not hold: {code} recorded, {reason} found"

    def breach(self, event: Event, world: World) -> Breach:
        """The first decision that comes out otherwise."""
        run = world.runs.get(event.stream)
        batch = world.batches.get(run.batch_id) if run else None
        if run is None or batch is None:
            return None
        for decision in event.data["decisions"]:
            subject = decision["subject"]
            inputs = standing(subject, run.batch_id, event, world)
            reason = refusal(inputs, batch)
            if reason != decision["code"] or inputs != decision["inputs"]:
                found = {"code": decision["code"], "reason": reason or "-"}
                return {"subject": subject, **found}
        return None


class ARunTakesItsSteps(Rule):
    """A run goes chunk by chunk until it ends; each counts those whom it refused."""

    id = "run-step"
    articles = (17,)
    reads = (
        "voucher-ledger.GrantRunListed",
        "voucher-ledger.GrantRunRefused",
        "voucher-ledger.GrantRunAdvanced",
        "voucher-ledger.GrantRunEnded",
    )
    zh = "批量发放步骤有误:{what}"
    en = "The run of grants took a wrong step: {what}"

    def breach(self, event: Event, world: World) -> Breach:
        """A step out of turn, or counts that are not those of the decisions."""
        run, data = world.runs.get(event.stream), event.data
        if run is None:
            return {"what": "GrantRunStarted"}
        if run.ended:
            return {"what": "GrantRunEnded"}
        if event.type == self.reads[0]:
            return {"what": "GrantRunListed"} if run.source != "list" or run.number else None
        if event.type != self.reads[3] and data["number"] != run.number + 1:
            return {"what": f"{data['number']} != {run.number + 1}"}
        if event.type == self.reads[2] and data["refused"] != run.refused:
            return {"what": str(data["refused"])}
        return None


class AGrantInARunWasAnnounced(Rule):
    """The ledger itself grants only in a run that 省人社厅 started, whom the run is about."""

    id = "grant-outside-run"
    articles = (17,)
    reads = ("voucher-ledger.VoucherGranted",)
    zh = "系统发放的创业券不属于任何批量发放:{what}"
    en = "The ledger granted a voucher outside of a run: {what}"

    def breach(self, event: Event, world: World) -> Breach:
        """No run, one of another batch, more than it announced, or somebody who is not listed."""
        data = event.data
        if data["run_id"] is None:
            return {"what": "-"} if event.role is None else None
        run = world.runs.get(data["run_id"])
        if run is None or run.batch_id != data["batch_id"]:
            return {"what": data["run_id"]}
        if run.granted >= run.announced:
            return {"what": f"{run.granted} >= {run.announced}"}
        if run.source == "list" and data["holder"] not in run.listed:
            return {"what": data["holder"]}
        return None


class WhatARunAnnouncedWasGranted(Rule):
    """As many vouchers were granted in a run as it announced."""

    id = "run-incomplete"
    articles = (17,)
    zh = "批量发放 {run} 宣布发放 {announced} 张,实发 {granted} 张"
    en = "Run {run} announced {announced} vouchers, {granted} were granted"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """The runs whose two numbers differ at the end."""
        for name, run in sorted(world.runs.items()):
            if run.announced != run.granted and not world.unfinished_by(run.last):
                data = {"run": name, "announced": run.announced, "granted": run.granted}
                yield cls.finding("voucher-ledger", None, data)
