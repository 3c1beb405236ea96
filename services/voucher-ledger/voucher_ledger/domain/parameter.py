"""Parameters (参数): every figure of the voucher scheme, dated, with the document that set it.

No published Anhui rule was found; each default says so. What is set holds from a day on that is not
past, and never before the Measures (art. 40).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from chassis.domain import event, stream_id
from voucher_ledger.domain.base import LedgerAggregate
from voucher_ledger.domain.refusals.parameters import OutOfBounds, RetroactiveParameter

DEFAULT: Final = "default (not Anhui law)"
ISSUER: Final = "issuer"
"""The basis of a figure that the issuer chose for one batch."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that can be set: its bounds, what it is without being set, and what it is."""

    name: str
    unit: str
    default: int
    least: int
    most: int
    zh: str
    en: str


FIGURES: Final = {
    figure.name: figure
    for figure in (
        Figure("face-fen", "fen", 100_000, 1, 10**9, "券面金额", "face value of a voucher"),
        Figure("rate-bp", "basis points", 3000, 1, 10_000, "抵扣比例", "part of a price it pays"),
        Figure("item-cap-fen", "fen", 50_000, 1, 10**9, "单笔抵扣上限", "most it pays of an order"),
        Figure(
            "user-cap-fen", "fen", 0, 0, 10**12,
            "用户年度限额(0 为不限)", "most a user's vouchers pay in a year (0: no cap)",
        ),
        Figure("use-within-days", "days", 365, 1, 3650, "使用期限", "time to use it"),
        Figure("redeem-within-days", "days", 90, 0, 3650, "兑付期限", "time to redeem after that"),
        Figure("sample-rate-bp", "basis points", 1000, 0, 10_000, "抽查比例", "chance of an audit"),
        Figure(
            "sample-step-fen", "fen", 50_000, 1, 10**9,
            "抽查金额档", "each full step adds the chance once more",
        ),
        Figure("publicity-days", "days", 5, 0, 365, "公示期", "publicity before a payment"),
        Figure(
            "deliver-within-days", "days", 60, 1, 365,
            "交付期限", "from a reservation to the delivery",
        ),
        Figure(
            "accept-within-days", "days", 15, 1, 365,
            "验收期限", "from the delivery to its acceptance",
        ),
        Figure(
            "risk-split-orders", "orders", 5, 2, 10_000,
            "拆单预警笔数", "orders of the same two parties within 7 days that hold a payment",
        ),
        Figure(
            "purchase-tender-fen", "fen", 400_000_000, 1, 10**12,
            "公开招标数额标准", "from here on a government purchase needs an open tender",
        ),
        Figure(
            "risk-accept-seconds", "seconds", 60, 0, 86_400,
            "速验预警秒数(0 为不检测)", "an acceptance sooner after the delivery holds a payment",
        ),
        Figure(
            "risk-price-days", "days", 7, 1, 365,
            "提价预警天数", "a price is compared with those asked so many days before the order",
        ),
        Figure(
            "risk-price-bp", "basis points", 2000, 1, 10**6,
            "提价预警比例", "raised by so much since then, a price holds a payment",
        ),
        Figure(
            "risk-expiry-days", "days", 7, 1, 60,
            "到期前集中下单预警天数", "last days of a voucher in which orders are counted",
        ),
        Figure(
            "risk-expiry-orders", "orders", 10, 2, 10_000,
            "到期前集中下单预警笔数", "orders with a provider in those days that hold a payment",
        ),
        Figure(
            "risk-simhash-bits", "bits", 4, 0, 4,
            "交付物雷同预警位数(0 为不检测)", "deliverables that differ in fewer bits are alike",
        ),
        Figure(
            "risk-device-subjects", "subjects", 10, 0, 1000,
            "公用终端界限", "subjects of one device; where there are more it ties nobody",
        ),
        Figure("pay-within-days", "days", 30, 1, 30, "付款期限", "from application to payment"),
    )
}  # fmt: skip


def parameter_id(name: str) -> str:
    """The stream of a figure: there is one."""
    return stream_id("parameter", name)


class Parameter(LedgerAggregate):
    """What a figure was set to, from when on."""

    @event("Opened")
    def __init__(self, name: str) -> None:
        self.name = name
        self.settings: list[tuple[str, int, str]] = []

    @staticmethod
    def create_id(name: str) -> UUID:
        """One stream per figure."""
        return UUID(parameter_id(name))

    def set(self, value: int, valid_from: str, document_number: str, today: date) -> None:
        """Set it from a day on. Raises `OutOfBounds`, `RetroactiveParameter`."""
        figure = FIGURES[self.name]
        if not figure.least <= value <= figure.most:
            raise OutOfBounds(name=self.name, least=figure.least, most=figure.most)
        if valid_from < today.isoformat():
            raise RetroactiveParameter(valid_from=valid_from, today=today.isoformat())
        self._set(self.name, value, valid_from, document_number)

    def on(self, day: date) -> tuple[int, str]:
        """Its value on a legal date, and the basis of that."""
        return in_force(self.name, self.settings, day)

    @event("Set")
    def _set(self, name: str, value: int, valid_from: str, document_number: str) -> None:
        self.settings.append((valid_from, value, document_number))


def in_force(name: str, settings: list[tuple[str, int, str]], day: date) -> tuple[int, str]:
    """The value on a day, and its basis: of the latest `valid_from`, what was set last."""
    due = [setting for setting in settings if setting[0] <= day.isoformat()]
    if not due:
        return FIGURES[name].default, DEFAULT
    latest = max(valid_from for valid_from, _, _ in due)
    value, paper = next((v, paper) for start, v, paper in reversed(due) if start == latest)
    return value, f"{paper} ({latest})"
