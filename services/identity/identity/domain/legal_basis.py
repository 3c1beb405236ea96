"""Legal bases (法定依据): on which grounds staff may look at personal data without a consent.

A closed list; each basis names its law, the roles that have it and the fields that it reaches. What
is not on it needs the user's own authorisation (art. 36).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from identity.domain.personal_data import FIELDS, LEGAL_REPRESENTATIVE, NAME, USCC
from identity.domain.refusals.personal_data import BasisNotForFields, BasisNotForRole

RULE_VERSION: Final = "personal-data-access/1"


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """One basis: its law, who has it, what it reaches. `certain` is false for a default of ours."""

    code: str
    zh: str
    en: str
    law: str
    roles: frozenset[str]
    fields: frozenset[str]
    certain: bool
    since: str


LEGAL_BASES: Final = {
    basis.code: basis
    for basis in (
        LegalBasis(
            "supervision",
            "第三方监理审计",
            "audit by the third-party supervisor",
            "管理办法 art. 8, 37",
            frozenset({"supervisor"}),
            frozenset(FIELDS),
            certain=True,
            since="2018-01-01",
        ),
        LegalBasis(
            "redemption-review",
            "创业券兑付审核",
            "review of a redemption",
            "管理办法 art. 17, 19",
            frozenset({"employment-province", "finance-province"}),
            frozenset({NAME, USCC, LEGAL_REPRESENTATIVE}),
            certain=False,
            since="2026-01-01",
        ),
        LegalBasis(
            "complaint",
            "投诉举报处理",
            "handling of a complaint",
            "电子商务法 art. 59, 63",
            frozenset({"operator", "bureau", "employment-province"}),
            frozenset({NAME}),
            certain=False,
            since="2026-01-01",
        ),
        LegalBasis(
            "authority-request",
            "司法、公安等机关依法调取",
            "request of a court, prosecutor or the police",
            "个人信息保护法 art. 13 (3)",
            frozenset({"hrss-province", "employment-province"}),
            frozenset(FIELDS),
            certain=True,
            since="2021-11-01",
        ),
    )
}
"""By code."""


def require_basis(code: str, role: str | None, scope: Iterable[str], today: str) -> LegalBasis:
    """The basis, where this role has it for these fields on that legal date.

    Raises `BasisNotForRole` and `BasisNotForFields`.
    """
    basis = LEGAL_BASES[code]
    if role not in basis.roles or today < basis.since:
        raise BasisNotForRole(basis=code, role=role or "-")
    if beyond := sorted(set(scope) - basis.fields):
        raise BasisNotForFields(basis=code, fields=", ".join(beyond))
    return basis
