"""Which duties are never in one hand (不相容职务分离), which region fits which (art. 7-9, 18)."""

from collections.abc import Iterable
from typing import Final

from identity.domain import regions

OPERATOR: Final = "operator"
SUPERVISOR: Final = "supervisor"
FUNDER: Final = "hrss-province"
REVIEWER: Final = "employment-province"
PAYER: Final = "finance-province"
BUREAU: Final = "bureau"
DEPARTMENT: Final = "department"
GOVERNMENT_SERVICE: Final = "gov-service-admin"

PROVINCIAL: Final = frozenset({OPERATOR, SUPERVISOR, FUNDER, REVIEWER, PAYER})
"""Duties for the whole province."""

GOVERNMENT: Final = frozenset({FUNDER, REVIEWER, PAYER, BUREAU, DEPARTMENT, GOVERNMENT_SERVICE})
"""Duties of public bodies."""

INCOMPATIBLE: Final = frozenset(
    {
        # a third party audits everybody (art. 8)
        *(frozenset({SUPERVISOR, other}) for other in (OPERATOR, *GOVERNMENT)),
        # government guides and oversees, a company operates (art. 5, 7)
        *(frozenset({OPERATOR, other}) for other in GOVERNMENT),
        # who reviews a redemption does not pay it (art. 17; invariant 7)
        frozenset({REVIEWER, PAYER}),
        # two consents, by 省财政厅 and by 省人社厅 (art. 18)
        frozenset({FUNDER, PAYER}),
    }
)
"""Pairs of duties that check one another: nobody holds both."""


def clashing(held: Iterable[str], role: str) -> str | None:
    """A duty among those held that does not go together with this one; None when all do."""
    found = sorted(other for other in held if frozenset({other, role}) in INCOMPATIBLE)
    return found[0] if found else None


def region_fits(role: str, region: str) -> bool:
    """Whether a staff role fits a region.

    Bureaus are below the province (art. 9); departments and 政务服务管理员 may be at every level;
    all others are the province's.
    """
    below = regions.city_of(region) is not None
    if role == BUREAU:
        return below
    if role in PROVINCIAL:
        return region == regions.ANHUI.code
    return below or region == regions.ANHUI.code
