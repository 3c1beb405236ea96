"""The home page: what the platform is, what is offered, and what the supervisor says.

It needs no service to be up: what cannot be asked is said to be away for the moment.
"""

import time
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Any, Final

import eventlet

from chassis.bus.http import Call
from chassis.clock import SHANGHAI
from chassis.context import Context, bound
from chassis.contract import Query
from chassis.refusal import Kind, Refusal
from gateway.edge import ANONYMOUS
from gateway.names import Pair
from gateway.pages import render
from schemas.catalog import FindListings
from schemas.categories import CATEGORIES, FUNCTIONS
from schemas.oversight import LatestReplay

SHOWN: Final = 8
"""Services on the page."""

PATIENCE: Final = 1.5
"""Seconds that the page waits for a service."""

FRESH_SECONDS: Final = 5.0

VERDICTS: Final[dict[str, Pair]] = {
    "clean": (
        "账实相符:监理方从第一条记录起重放了全部日志,独立重算的余额与账本一致。",
        "Everything agrees: rebuilt from the first entry of every log, all balances are the same.",
    ),
    "findings": (
        "发现问题:监理方重放日志后记录了需要核查的事项。",
        "There are findings: replaying the logs, the supervisor noted what must be looked into.",
    ),
    "none": ("监理方尚未出具结论。", "The supervisor has not given a verdict yet."),
}
AWAY: Final[Pair] = (
    "该信息暂时无法获取,请稍后再来。",
    "This cannot be shown at the moment; please come back later.",
)


class Home:
    """Makes the home page; what it shows of the services is at most `FRESH_SECONDS` old."""

    def __init__(
        self, call: Call, timeout: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._call = call
        self._patience = min(timeout, PATIENCE)
        self._now = now
        self._lock = Lock()
        self._until = float("-inf")
        self._known: dict[str, Any] = {}

    def page(self, lang: str, correlation: str) -> str:
        """The page in a language."""
        return render("home.html", lang, tree=_tree(), away=AWAY, **self.known(correlation))

    def known(self, correlation: str) -> dict[str, Any]:
        """What the services say, asked by one visitor for all."""
        with self._lock:
            if self._now() >= self._until:
                self._known = self._ask(correlation)
                self._until = self._now() + FRESH_SECONDS
            return self._known

    def _ask(self, correlation: str) -> dict[str, Any]:
        context = Context(actor=ANONYMOUS, correlation=correlation)
        asked = [
            eventlet.spawn(self._query, context, contract, values)
            for contract, values in ((FindListings, {"limit": SHOWN}), (LatestReplay, {}))
        ]
        listings, replay = (thread.wait() for thread in asked)
        return {
            "listings": _listings(listings),
            "verdict": _verdict(replay),
            "replay": replay,
            "local_time": _local((replay or {}).get("at")),
        }

    def _query(self, context: Context, contract: type[Query], values: dict[str, Any]) -> Any:
        """The result; None when the service is away, `{}` when there is nothing."""
        try:
            with bound(context):
                outcome = self._call(
                    contract.service, contract.method(), {"input": values}, self._patience
                )
        except Refusal:
            return None
        if "error" in outcome:
            return {} if outcome["error"].get("kind") == Kind.NOT_FOUND else None
        return outcome["result"]


def _tree() -> list[tuple[Pair, list[tuple[Pair, bool]]]]:
    return [
        (
            names,
            [
                ((category.zh, category.en), category.chargeable)
                for category in CATEGORIES.values()
                if category.function == function
            ],
        )
        for function, names in FUNCTIONS.items()
    ]


def _listings(found: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    if found is None:
        return None
    return [
        {
            "title": listing["title"],
            "category": _category(listing["category"]),
            "price": f"{listing['price_fen'] / 100:,.2f}",
            "free": listing["price_fen"] == 0,
            "voucher": bool(listing.get("voucher")),
        }
        for listing in found
    ]


def _category(code: str) -> Pair:
    category = CATEGORIES.get(code)
    return (category.zh, category.en) if category else (code, code)


def _local(at: str | None) -> str:
    """An instant as people in Anhui read it: `2026-03-02 12:00`, Asia/Shanghai."""
    if at is None:
        return ""
    return f"{datetime.fromisoformat(at).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _verdict(replay: dict[str, Any] | None) -> Pair | None:
    """The verdict in words; None when it cannot be had."""
    if replay is None:
        return None
    verdict = str(replay.get("verdict", "none"))
    return VERDICTS.get(verdict, (verdict, verdict))
