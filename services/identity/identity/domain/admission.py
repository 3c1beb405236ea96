"""Who is admitted as a user, and what is kept of each condition (准入, art. 2, 25).

Each rule gives the conditions as the event keeps them: plain values without personal data, enough
for a supervisor to see that every condition was looked at. What a person has to look at, on
documents, is a *matter*.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from identity.domain import regions
from identity.domain.age import HIGHEST_AGE, LOWEST_AGE, Completes, in_age_range
from identity.domain.refusals.admission import (
    AgeOutOfRange,
    CapacityEvidenceNeeded,
    NotLegalPerson,
    OwnershipEvidenceNeeded,
    StateOwned,
)
from identity.domain.registry import FirmRecord, Outcome, Ownership
from identity.domain.resident_id import ResidentId
from identity.domain.startup import start_up

RULE_VERSION: Final = "admission/2"
ADULT_AGE: Final = 18

REAL_NAME: Final = "real-name"
"""A matter: the registry knows another name, or not the number; documents are there."""

CAPACITY: Final = "capacity"
"""A matter: at 16 and 17, own labour income as the main living (Civil Code, art. 18)."""

OWNERSHIP: Final = "ownership"
"""A matter: the registry does not tell who owns the firm."""

LEGAL_PERSON: Final = "legal-person"
"""A matter: the registered name shows no company."""

KIND: Final = "kind"
"""A matter: whether a provider is of the kind that it says (art. 23)."""

IDENTITY_DOCUMENT: Final = "identity-document"
OWN_INCOME: Final = "own-income"
OWNERSHIP_PROOF: Final = "ownership"
LEGAL_PERSON_PROOF: Final = "legal-person"

_COMPANY_ENDINGS: Final = ("有限公司", "有限责任公司", "股份公司")
_OF_THE_STATE: Final = (Ownership.STATE_OWNED, Ownership.STATE_CONTROLLED)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found of each condition, and the matters that a person has to look at."""

    conditions: dict[str, Any]
    matters: tuple[str, ...] = field(default=())


def person_as_user(
    birth: date, today: date, policy: Completes, evidence: Collection[str]
) -> Judgement:
    """The conditions of art. 25 for a person. `evidence` are the kinds of documents there are.

    `today` is the date in Asia/Shanghai. Raises `AgeOutOfRange`, and `CapacityEvidenceNeeded` at 16
    and 17 without a document: full capacity (完全民事行为能力) is presumed of adults only.
    """
    if not in_age_range(birth, today, policy=policy):
        raise AgeOutOfRange(low=LOWEST_AGE, high=HIGHEST_AGE, policy=policy.value)
    adult = in_age_range(birth, today, low=ADULT_AGE, policy=policy)
    return aged_person_as_user(adult, {"policy": policy.value, "on": today.isoformat()}, evidence)


def aged_person_as_user(
    adult: bool, grounds: dict[str, Any], evidence: Collection[str]
) -> Judgement:
    """The conditions of a person who is of the right age, as `grounds` say."""
    if not adult and OWN_INCOME not in evidence:
        raise CapacityEvidenceNeeded
    conditions = {
        "real-name": Outcome.MATCH.value,
        f"age-{LOWEST_AGE}-{HIGHEST_AGE}": True,
        "full-capacity": "adult" if adult else OWN_INCOME,
        **grounds,
    }
    return Judgement(conditions, () if adult else (CAPACITY,))


def firm_as_user(name: str, firm: FirmRecord, today: date, evidence: Collection[str]) -> Judgement:
    """The conditions of art. 2 and 25 for a firm: a start-up, a legal person, not the state's.

    Raises `NotLegalPerson`, `StateOwned`, `OwnershipEvidenceNeeded` and `NotStartUp`.
    """
    company, matters = shows_company(name), []
    if not company:
        if LEGAL_PERSON_PROOF not in evidence:
            raise NotLegalPerson
        matters.append(LEGAL_PERSON)
    if firm.ownership in _OF_THE_STATE:
        raise StateOwned(ownership=firm.ownership.value)
    if firm.ownership is Ownership.UNDISCLOSED:
        if OWNERSHIP_PROOF not in evidence:
            raise OwnershipEvidenceNeeded
        matters.append(OWNERSHIP)
    conditions = {
        "real-name": Outcome.MATCH.value,
        "legal-person": "company" if company else "document",
        "ownership": firm.ownership.value,
        "status": firm.status.value,
        "start-up": start_up(firm, today),
        "on": today.isoformat(),
    }
    return Judgement(conditions, tuple(matters))


def owned(conditions: dict[str, Any], ownership: Ownership | None) -> dict[str, Any]:
    """The conditions with the ownership that a review found.

    Raises `OwnershipEvidenceNeeded` where none was found, `StateOwned` where it is the state's.
    """
    if ownership in (None, Ownership.UNDISCLOSED):
        raise OwnershipEvidenceNeeded
    if ownership in _OF_THE_STATE:
        raise StateOwned(ownership=str(ownership))
    return {**conditions, "ownership": str(ownership)}


def shows_company(name: str) -> bool:
    """Whether a registered name shows a company (公司), which is a legal person (企业法人).

    Only limited and joint-stock companies carry these words at the end of their names (公司法,
    art. 7); partnerships say so in theirs (合伙企业法, art. 15); a branch (分公司) is part of its
    company.
    """
    return name.endswith(_COMPANY_ENDINGS)


def home_region(number: ResidentId) -> str:
    """The region of a person: the city of Anhui in the number, else the province.

    The county is left out: it would put six digits of the ID number into the log.
    """
    city = regions.city_of(number.region_code)
    return (city or regions.ANHUI).code


def seat_region(code: str) -> str:
    """The region of an organisation: its registrar's city or county in Anhui, else the province."""
    return code if regions.city_of(code) else regions.ANHUI.code
