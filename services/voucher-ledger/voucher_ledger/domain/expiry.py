"""Expiry (过期): what is left of a voucher goes back the day after its use-by date (invariant 8).

What is reserved stays reserved: the order was placed in time. When such a reservation is released
later, it goes back to the voucher with its own expiry (invariant 6), so it expires then.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from chassis.domain import stream_id

EXPIRED = "expired"

GRACE_DAYS = 1
"""A share that nobody asked for lapses a day after the redeem-by date has passed: what was asked
for in its last second has been written by then."""


def lapses_by(today: date) -> str:
    """The redeem-by date before which shares that nobody asked for have lapsed today."""
    return (today - timedelta(days=GRACE_DAYS)).isoformat()


def is_due(use_by: str, available_fen: int, today: date) -> bool:
    """Whether something is left of a voucher that can be used no more. Dates in Asia/Shanghai."""
    return available_fen > 0 and today.isoformat() > use_by


def expiry_command_id(today: date, due: Iterable[tuple[str, int, int]]) -> str:
    """The id of the command that expires these vouchers on a day.

    `due` are (voucher id, available fen, reserved fen). Whichever replicas see the same vouchers
    due make the same command, so it is carried out once; a voucher to which a reservation came
    back since has less reserved, so its next expiry is another command.
    """
    parts = [f"{voucher}:{available}:{reserved}" for voucher, available, reserved in due]
    return stream_id("expire-vouchers", today.isoformat(), *sorted(parts))
