"""Who is admitted, and what is kept of each condition (准入, art. 21, 23, 25).

Each rule gives the conditions as the event keeps them: plain values without personal data, enough
for a supervisor to see that every condition was looked at.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from identity.domain import regions
from identity.domain.age import HIGHEST_AGE, LOWEST_AGE, in_age_range
from identity.domain.refusals.admission import (
    AgeOutOfRange,
    CapacityEvidenceNeeded,
    CommitmentsMissing,
    KindEvidenceNeeded,
    NotInGoodStanding,
    NotLegalPerson,
    StateOwned,
)
from identity.domain.registry import FirmRecord, Outcome, Ownership, Status
from identity.domain.resident_id import ResidentId

RULE_VERSION: Final = "admission/1"
ADULT_AGE: Final = 18
AGREEMENT: Final = "provider-agreement/1"
"""The text that a provider agrees to by registering (art. 21, 6 and 7; art. 29)."""

OWN_RESOURCES: Final = "own-resources"
GOOD_RECORD: Final = "good-record"
RULES_AND_SUPERVISION: Final = "rules-and-supervision"
LAWFUL_FIRM: Final = "lawful-firm"

_COMPANY_ENDINGS: Final = ("有限公司", "有限责任公司", "股份公司")


def person_as_user(number: ResidentId, today: date) -> dict[str, Any]:
    """The conditions of art. 25 for a person, by the birth date in the number.

    `today` is the date in Asia/Shanghai. Raises `AgeOutOfRange`, and `CapacityEvidenceNeeded` at 16
    and 17: full capacity (完全民事行为能力) is presumed of adults only.
    """
    if not in_age_range(number.birth_date, today):
        raise AgeOutOfRange(low=LOWEST_AGE, high=HIGHEST_AGE)
    if not in_age_range(number.birth_date, today, low=ADULT_AGE):
        raise CapacityEvidenceNeeded
    return {
        "real-name": Outcome.MATCH.value,
        f"age-{LOWEST_AGE}-{HIGHEST_AGE}": True,
        "full-capacity": "adult",
        "on": today.isoformat(),
    }


def firm_as_user(name: str, firm: FirmRecord, today: date) -> dict[str, Any]:
    """The conditions of art. 25 for a firm: a legal person that is not the state's.

    Raises `NotLegalPerson` and `StateOwned`.
    """
    if not shows_company(name):
        raise NotLegalPerson
    if firm.ownership in (Ownership.STATE_OWNED, Ownership.STATE_CONTROLLED):
        raise StateOwned
    return {
        "real-name": Outcome.MATCH.value,
        "legal-person": "company",
        "ownership": firm.ownership.value,
        "status": firm.status.value,
        "on": today.isoformat(),
    }


def ready_to_provide(kind: str, commitments: Iterable[str]) -> None:
    """Check what needs no registry.

    Raises `KindEvidenceNeeded` (art. 23) and `CommitmentsMissing` (art. 21, 3 to 5).
    """
    if kind != LAWFUL_FIRM:
        raise KindEvidenceNeeded(kind=kind)
    made = set(commitments)
    needed = (OWN_RESOURCES, GOOD_RECORD, RULES_AND_SUPERVISION)
    if missing := [each for each in needed if each not in made]:
        raise CommitmentsMissing(missing=", ".join(missing))


def firm_as_provider(
    kind: str, resources_sha256: str, firm: FirmRecord, today: date
) -> dict[str, Any]:
    """The seven conditions of art. 21, each for itself. Raises `NotInGoodStanding`.

    The description of resources (condition 2) is free text and kept elsewhere; its digest is here.
    """
    if firm.status is not Status.IN_OPERATION:
        raise NotInGoodStanding(status=firm.status.value)
    status, on = firm.status.value, today.isoformat()
    return {
        "1": {"registry": status, "on": on},
        "2": {"kind": kind, "resources_sha256": resources_sha256},
        "3": {"commitment": OWN_RESOURCES},
        "4": {"commitment": GOOD_RECORD, "registry": status, "on": on},
        "5": {"commitment": RULES_AND_SUPERVISION},
        "6": {"agreement": AGREEMENT},
        "7": {"agreement": AGREEMENT},
    }


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


def seat_region(firm: FirmRecord) -> str:
    """The region of a firm: its registrar's city or county in Anhui, else the province."""
    return firm.region if regions.city_of(firm.region) else regions.ANHUI.code
