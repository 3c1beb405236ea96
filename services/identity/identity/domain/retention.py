"""Deletion against retention (删除与留存): what must stay, by which law, until when.

Each duty is a dated parameter. `certain` is false where the term or its reach is our reading of the
law: a default until the authority decides, and shown as that to whoever asks for erasure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

RULE_VERSION: Final = "retention/2026-1"

ORDER, VOUCHER, SHARE, REDEMPTION, LISTING = "order", "voucher", "share", "redemption", "listing"
BLACKLISTING = "blacklisting"
"""An entry of the blacklist that stands (art. 28): nobody leaves it by being forgotten."""

BENEFIT = "benefit"
"""A voucher's holder benefits from a redemption: never open, kept for what was paid."""

BLOCKING: Final = (ORDER, SHARE, REDEMPTION, LISTING, BLACKLISTING)
"""Open business of these kinds is finished first; a voucher may simply run out."""


@dataclass(frozen=True, slots=True)
class Business:
    """Something that a subject had to do with, learnt from another log. Dates are legal dates.

    `until` is the last day on which it can go on by itself; `traded_on` the day of a completed
    trade; `paid_on` that on which public money was paid for it.
    """

    kind: str
    id: str
    as_provider: bool
    open: bool
    until: str | None = None
    traded_on: str | None = None
    paid_on: str | None = None

    def open_on(self, today: date) -> bool:
        """Whether it still goes on."""
        return self.open and (self.until is None or today.isoformat() <= self.until)


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty to keep (留存义务)."""

    code: str
    law: str
    zh: str
    en: str
    years: int = 0
    months: int = 0
    certain: bool = True
    since: str = "2026-01-01"


TRADES: Final = Duty(
    "trades",
    "电子商务法 art. 31",
    "商品、服务和交易信息自交易完成之日起保存不少于三年",
    "trade data is kept for three years from the completion of the trade at the least",
    years=3,
    since="2019-01-01",
)
PAYEES: Final = Duty(
    "payees",
    "会计档案管理办法 art. 14, 15",
    "财政资金收款人的会计凭证保存三十年;是否及于收款人身份信息待主管部门确认",
    "vouchers of account for public money paid are kept for thirty years; whether this reaches the "
    "payee's identity is to be confirmed",
    years=30,
    certain=False,
)
BENEFICIARIES: Final = Duty(
    "beneficiaries",
    "会计档案管理办法 art. 14, 15",
    "创业券受益人的资料暂按十年保存,待省财政厅确认",
    "data of who benefited from a voucher is kept for ten years by default, to be confirmed by the "
    "department of finance",
    years=10,
    certain=False,
)
NETWORK_LOGS: Final = Duty(
    "network-logs",
    "网络安全法 art. 21 (3)",
    "网络日志留存不少于六个月;日志所涉身份是否须保持可读待确认",
    "network logs are kept for six months at the least; whether the identity behind them must stay "
    "readable is to be confirmed",
    months=6,
    certain=False,
    since="2017-06-01",
)
DUTIES: Final = (TRADES, PAYEES, BENEFICIARIES, NETWORK_LOGS)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What stands against erasing a subject's data, and when it can be done.

    `retained` maps duties to the first day on which they ask for nothing more; `destroy_on` is the
    first day on which the key is destroyed.
    """

    blocked_by: tuple[Business, ...]
    waits_for: tuple[Business, ...]
    retained: tuple[tuple[Duty, str], ...]
    destroy_on: str


def assess(business: Iterable[Business], requested_on: date, today: date) -> Assessment:
    """Weigh the request of a legal date against the duties as they are today."""
    found = sorted(business, key=lambda one: (one.kind, one.id))
    going_on = [one for one in found if one.open_on(today)]
    ends = {
        TRADES: [_later(one.traded_on, TRADES) for one in found if one.traded_on],
        PAYEES: [_books(one.paid_on, PAYEES) for one in found if one.paid_on and one.as_provider],
        BENEFICIARIES: [
            _books(one.paid_on, BENEFICIARIES)
            for one in found
            if one.paid_on and not one.as_provider
        ],
        NETWORK_LOGS: [_later(requested_on.isoformat(), NETWORK_LOGS)],
    }
    retained = tuple((duty, max(each)) for duty, each in ends.items() if each)
    waits = tuple(one for one in going_on if one.kind not in BLOCKING)
    after = [_day_after(one.until) for one in waits if one.until]
    return Assessment(
        tuple(one for one in going_on if one.kind in BLOCKING),
        waits,
        retained,
        max([today.isoformat(), *after, *(until for _, until in retained)]),
    )


def shown(business: Business) -> dict[str, Any]:
    """A piece of business as previews and events name it."""
    return {"kind": business.kind, "id": business.id, "until": business.until}


def kept(retained: Iterable[tuple[Duty, str]]) -> list[dict[str, Any]]:
    """The duties as an event keeps them."""
    return [{"what": duty.code, "law": duty.law, "until": until} for duty, until in retained]


def _later(day: str, duty: Duty) -> str:
    """The day so many years and months later; where the month has no such day, the next one's 1st.

    A term that a law calls "not less than" ends late rather than early.
    """
    start = date.fromisoformat(day)
    months = start.month - 1 + duty.months
    year, month = start.year + duty.years + months // 12, months % 12 + 1
    try:
        return start.replace(year=year, month=month).isoformat()
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1).isoformat()


def _books(day: str, duty: Duty) -> str:
    """Accounting records are kept from the first day after the fiscal year (art. 15)."""
    return date(date.fromisoformat(day).year + 1 + duty.years, 1, 1).isoformat()


def _day_after(day: str) -> str:
    return date.fromordinal(date.fromisoformat(day).toordinal() + 1).isoformat()
