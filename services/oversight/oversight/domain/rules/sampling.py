"""Was it chance alone that decided who is audited (抽查, art. 8, 17)? Drawn again from the log."""

from bisect import bisect_right
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from oversight.domain.event import Event
from oversight.domain.finding import Finding
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.rules.expiry import days_after
from oversight.domain.rules.parameters import in_force
from oversight.domain.world import World

LEDGER = "voucher-ledger"
AT_A_TIME = 200
"""Redemptions that one draw is about, at the most."""

_DRAWN = ("voucher-ledger.SampleRoundDrawn",)


class ARoundFollowsTheLast(Rule):
    """Rounds are numbered one after the other; the digest of each secret is published first."""

    id = "round-step"
    articles = (8, 17)
    reads = ("voucher-ledger.SampleRoundCommitted",)
    zh = "抽查轮次编号应为 {expected},实为 {number}"
    en = "The round is number {number}; {expected} would follow"

    def breach(self, event: Event, world: World) -> Breach:
        """Another number."""
        expected, number = len(world.rounds) + 1, event.data["number"]
        return None if number == expected else {"expected": expected, "number": number}


class TheSecretIsWhatWasCommitted(Rule):
    """The secret that a draw reveals is the one whose digest was published, and used once."""

    id = "sample-secret-differs"
    articles = (8, 17)
    reads = _DRAWN
    zh = "第 {number} 轮抽查揭示的密值与承诺不符或已用过"
    en = "The secret of round {number} is not the one that was committed, or was used before"

    def breach(self, event: Event, world: World) -> Breach:
        """Another secret, a round that never began or is over."""
        found = world.rounds.get(event.stream)
        if found is None:
            return {"number": "-"}
        digest = sha256(event.data["secret"].encode()).hexdigest()
        if found.drawn is None and digest == found.commitment:
            return None
        return {"number": found.number}


class TheSampleIsWhatTheSeedGives(Rule):
    """A draw is about all that was approved and cosigned, and its outcome is the seed's."""

    id = "sample-differs"
    articles = (8, 17)
    reads = _DRAWN
    zh = "抽查结果与重新抽取不符:{what}"
    en = "The sample is not what drawing again gives: {what}"

    def breach(self, event: Event, world: World) -> Breach:
        """Figures that were not in force, or the first redemption with another outcome."""
        data = event.data
        for name, said in (
            ("sample-rate-bp", data["rate_bp"]),
            ("sample-step-fen", data["step_fen"]),
            ("publicity-days", data["publicity_days"]),
        ):
            if not any(in_force(name, world, day)[0] == said for day in event.days()):
                return {"what": f"{name} {said}"}
        expected = self._again(data, world)
        for place in range(max(len(expected), len(data["drawn"]))):
            theirs, ours = data["drawn"][place : place + 1], expected[place : place + 1]
            if theirs != ours:
                return {"what": str((theirs or ours)[0]["redemption_id"])}
        return None

    @staticmethod
    def _again(data: dict[str, Any], world: World) -> list[dict[str, Any]]:
        seed = sha256(f"{data['secret']}/{data['note_sha256']}".encode()).hexdigest()
        made: list[dict[str, Any]] = []
        for id_, approved_at in sorted(world.undrawn.items(), key=lambda item: item[1]):
            if approved_at >= data["size"] or len(made) == AT_A_TIME:
                break
            redemption = world.redemptions[id_]
            steps = 1 + redemption.fen // data["step_fen"]
            chance = min(10_000, data["rate_bp"] * steps * 2 ** len(redemption.risks))
            ticket = int(sha256(f"{seed}/{id_}".encode()).hexdigest()[:16], 16)
            selected = ticket * 10_000 < chance * 2**64
            made.append({"redemption_id": id_, "chance_bp": chance, "selected": selected})
        return made


class WhatIsDrawnIsFollowed(Rule):
    """Who is drawn is audited; the others, and who passed the audit, are publicised in full."""

    id = "draw-not-followed"
    articles = (8, 17)
    reads = ("voucher-ledger.RedemptionSampled", "voucher-ledger.RedemptionPublicised")
    zh = "{type} 与抽查结果或公示期不符:{what}"
    en = "{type} does not follow from the draw and the publicity period: {what}"

    def breach(self, event: Event, world: World) -> Breach:
        """Another outcome, out of turn, or another number of days."""
        redemption = world.redemptions.get(event.stream)
        found = world.rounds.get(event.data["round_id"])
        drawn = found.drawn if found is not None else None
        if redemption is None or drawn is None or event.stream not in drawn:
            return {"type": event.type, "what": "-"}
        selected, state = drawn[event.stream], redemption.state
        if event.type == self.reads[0]:
            good = selected and state == "approved"
        else:
            passed = state == "sampled" and redemption.audited is True
            good = passed if selected else state == "approved"
            if good and not _runs_in_full(event, world):
                state = event.data["payable_from"]
                good = False
        return None if good else {"type": event.type, "what": state}


def _runs_in_full(event: Event, world: World) -> bool:
    return any(
        event.data["payable_from"] == days_after(day, in_force("publicity-days", world, day)[0])
        for day in event.days()
    )


class AnAuditIsByAnother(Rule):
    """A sampled redemption is audited once, by somebody else than who reviewed it."""

    id = "audit-step"
    articles = (8, 17)
    reads = ("voucher-ledger.RedemptionAudited",)
    zh = "抽查不合规:状态 {state},审核 {reviewer},抽查 {auditor}"
    en = "The audit was out of turn or by the reviewer: {state}, {reviewer}, {auditor}"

    def breach(self, event: Event, world: World) -> Breach:
        """Not sampled, audited before, or by the reviewer."""
        redemption, auditor = world.redemptions.get(event.stream), event.data["auditor"]
        if redemption is None:
            return {"state": "-", "reviewer": "-", "auditor": auditor}
        first = redemption.state == "sampled" and redemption.audited is None
        if first and auditor != redemption.reviewer:
            return None
        state, reviewer = redemption.state, redemption.reviewer or "-"
        return {"state": state, "reviewer": reviewer, "auditor": auditor}


class TheSeedIsOfTheFirstCosignature(Rule):
    """The seed is made of the first cosigned note after the round began and over an approval."""

    id = "sample-unwitnessed"
    articles = (8, 17)
    zh = "第 {number} 轮抽查的种子未取自监理首个副署检查点(应为 {expected},实为 {size})"
    en = "The seed of round {number} is not of the first cosignature: {expected}, not {size}"

    @classmethod
    def in_all(cls, world: World) -> Iterator[Finding]:
        """Every draw with the note of another checkpoint.

        Draws beyond the newest cosignature that was read are left to a later verification.
        """
        sizes = sorted(world.cosigned)
        for found in world.rounds.values():
            place = bisect_right(sizes, found.floor)
            if found.drawn is None or place == len(sizes):
                continue
            if (sizes[place], world.cosigned[sizes[place]]) != (found.size, found.note):
                said = {"number": found.number, "expected": sizes[place], "size": found.size}
                yield cls.finding(LEDGER, found.drawn_at, said)
