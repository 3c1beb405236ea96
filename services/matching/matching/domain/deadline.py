"""Deadlines (期限): by when a party has to take its step, or the order lapses.

The figures are parameters of the voucher scheme, dated and set on the authority of a document; the
ledger keeps them. No published Anhui rule was found for the defaults.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

DELIVER, ACCEPT = "deliver-within-days", "accept-within-days"
DEFAULTS: Final = {DELIVER: 60, ACCEPT: 15}
"""Days, without anything set."""

Setting = tuple[str, int]
"""From when on (a legal date), and so many days."""


def last_day(name: str, settings: Sequence[Setting], today: date) -> str:
    """The last day of a step that can be taken from today on; `settings` in order."""
    due = [setting for setting in settings if setting[0] <= today.isoformat()]
    days = DEFAULTS[name]
    if due:
        latest = max(start for start, _ in due)
        days = next(days for start, days in reversed(due) if start == latest)
    return (today + timedelta(days=days)).isoformat()
