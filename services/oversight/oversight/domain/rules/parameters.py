"""Is every figure what was set, by which document, from when on (参数, art. 1, 17, 40)?"""

from datetime import date, timedelta
from typing import Any

from oversight.domain.event import Event
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

DEFAULT = "default (not Anhui law)"
ISSUER = "issuer"
DEFAULTS = {
    "face-fen": 100_000,
    "rate-bp": 3000,
    "item-cap-fen": 50_000,
    "user-cap-fen": 0,
    "use-within-days": 365,
    "redeem-within-days": 90,
    "sample-rate-bp": 1000,
    "sample-step-fen": 50_000,
    "publicity-days": 5,
    "deliver-within-days": 60,
    "accept-within-days": 15,
    "pay-within-days": 30,
    "risk-split-orders": 5,
    "purchase-tender-fen": 400_000_000,
    "risk-accept-seconds": 60,
    "risk-price-days": 7,
    "risk-price-bp": 2000,
    "risk-expiry-days": 7,
    "risk-expiry-orders": 10,
    "risk-simhash-bits": 4,
    "risk-device-subjects": 10,
}
"""What figures are without being set."""

FIGURES = {
    "face_fen": "face-fen",
    "rate_bp": "rate-bp",
    "item_cap_fen": "item-cap-fen",
    "user_cap_fen": "user-cap-fen",
    "use_by": "use-within-days",
    "redeem_by": "redeem-within-days",
}
"""Which parameter stands for a term of a batch."""


def in_force(name: str, world: World, day: str, seen: int | None = None) -> tuple[int, str]:
    """A figure on a legal date, and the basis of that.

    `seen` is the last position of the ledger's log that another service had read.
    """
    settings = world.parameters.get(name)
    if not settings:
        return DEFAULTS[name], DEFAULT
    due = [
        setting
        for setting in settings
        if setting[0] <= day and (seen is None or setting[3] <= seen)
    ]
    if not due:
        return DEFAULTS[name], DEFAULT
    latest = max(setting[0] for setting in due)
    _, value, paper, _ = [setting for setting in due if setting[0] == latest][-1]
    return value, f"{paper} ({latest})"


class AParameterIsNotRetroactive(Rule):
    """A figure is set for a day that is not past."""

    id = "parameter-retroactive"
    articles = (17, 40)
    reads = ("voucher-ledger.ParameterSet",)
    zh = "参数 {name} 于 {day} 设定,却自 {valid_from} 起生效"
    en = "The parameter {name} was set on {day} and holds from {valid_from}"

    def breach(self, event: Event, world: World) -> Breach:
        """A day that was past."""
        data, day = event.data, event.days()[0]
        if data["valid_from"] >= day:
            return None
        return {"name": data["name"], "day": day, "valid_from": data["valid_from"]}


class AFigureHasItsBasis(Rule):
    """Each figure of a batch is the issuer's, or what was in force on the day."""

    id = "figure-without-basis"
    articles = (17,)
    reads = ("voucher-ledger.BatchOpened",)
    zh = "批次参数 {term} 为 {value},依据 {basis} 不成立"
    en = "The batch's {term} is {value}; {basis} does not say so"

    def breach(self, event: Event, world: World) -> Breach:
        """The first figure whose basis does not give it."""
        data = event.data
        if odd := data["figures"].keys() ^ FIGURES.keys():
            return {"term": ", ".join(sorted(odd)), "value": "-", "basis": "-"}
        for term, basis in data["figures"].items():
            if basis == ISSUER:
                continue
            if not any(_given(term, data, basis, world, day) for day in event.days()):
                return {"term": term, "value": data[term], "basis": basis}
        return None


def _given(term: str, data: dict[str, Any], basis: str, world: World, day: str) -> bool:
    value, found = in_force(FIGURES[term], world, day)
    expected: Any = value
    if term == "user_cap_fen":
        expected = value or None
    elif term in ("use_by", "redeem_by"):
        begin = day if term == "use_by" else data["use_by"]
        expected = (date.fromisoformat(begin) + timedelta(days=value)).isoformat()
    return bool(data[term] == expected and basis == found)
