"""Who is admitted as a provider (服务商, art. 21-24): four kinds, seven conditions.

Each condition is looked at and kept for itself. What a registry cannot tell (whether a body belongs
to the government, was recognised by it, or a person certified) is a matter for staff, on documents.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from identity.domain.admission import ADULT_AGE, KIND, Judgement
from identity.domain.age import Completes, completed_years
from identity.domain.commitments import (
    GOOD_RECORD,
    OWN_RESOURCES,
    RULES_AND_SUPERVISION,
    Commitment,
)
from identity.domain.refusals.admission import (
    KindEvidenceNeeded,
    KindUnfit,
    NotInGoodStanding,
    ProviderNotAdult,
)
from identity.domain.registry import FirmRecord, InstitutionKind, InstitutionRecord, Status

AGREEMENT: Final = "provider-agreement/1"
"""The text that a provider agrees to by registering (art. 21, 6 and 7; art. 29)."""

PUBLIC_AGENCY: Final = "public-agency"
"""政府部门所属公共创业服务机构"""
RECOGNISED_INSTITUTION: Final = "recognised-institution"
"""政府部门认定备案的机构"""
CERTIFIED_EXPERT: Final = "certified-expert"
"""政府部门认证的专家, a person"""
LAWFUL_FIRM: Final = "lawful-firm"
"""依法注册、信用良好的企业、组织或机构"""

STAFFING_OFFICE: Final = "1"
"""机构编制: what the USCC of every state organ and public institution begins with (GB 32100)."""

DOCUMENT_OF: Final[Mapping[str, str]] = {
    PUBLIC_AGENCY: "affiliation",
    RECOGNISED_INSTITUTION: "recognition",
    CERTIFIED_EXPERT: "certificate",
}
"""The document that shows a kind; a lawful firm is shown by its registry."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a provider says of itself: the kind, what it offers, what it commits to."""

    kind: str
    categories: tuple[str, ...]
    resources_sha256: str
    commitments: Mapping[str, Commitment]
    civil_servant: bool = False


def ready_to_provide(kind: str, evidence: Collection[str]) -> None:
    """Check what needs no registry. Raises `KindEvidenceNeeded` (art. 23)."""
    needed = DOCUMENT_OF.get(kind)
    if needed is not None and needed not in evidence:
        raise KindEvidenceNeeded(kind=kind, document=needed)


def firm_as_provider(offer: Offer, firm: FirmRecord, today: date) -> Judgement:
    """The seven conditions for a firm. Raises `NotInGoodStanding`, `KindUnfit`."""
    if offer.kind == PUBLIC_AGENCY:
        raise KindUnfit(kind=offer.kind, registry="firm")
    if firm.status is not Status.IN_OPERATION:
        raise NotInGoodStanding(status=firm.status.value)
    return _judged(offer, {"registry": firm.status.value, "on": today.isoformat()})


def institution_as_provider(
    offer: Offer, institution: InstitutionRecord, today: date, office: str
) -> Judgement:
    """The seven conditions for a public institution or an association.

    `office` is the first digit of its USCC: which office registered it.

    Raises `KindUnfit`: only a public institution is a public agency.
    """
    public = institution.kind is InstitutionKind.PUBLIC_INSTITUTION
    if offer.kind == PUBLIC_AGENCY and not public:
        raise KindUnfit(kind=offer.kind, registry=institution.kind.value)
    registered = {"registry": institution.kind.value, "office": office}
    return _judged(offer, {**registered, "on": today.isoformat()})


def expert_as_provider(offer: Offer, birth: date, today: date, policy: Completes) -> Judgement:
    """The seven conditions for an expert: an adult, who is liable for themselves.

    Raises `ProviderNotAdult`.
    """
    if completed_years(birth, today, policy) < ADULT_AGE:
        raise ProviderNotAdult(age=ADULT_AGE, policy=policy.value)
    return _judged(offer, {"full-capacity": "adult", "on": today.isoformat()})


def may_charge(offer: Offer, institution: InstitutionRecord | None, office: str = "") -> bool:
    """Whether a provider may ask a price (art. 6, 14, 24).

    Public institutions list at price 0, and so does whoever is declared a civil servant (公职人员),
    and every body that the staffing office registered, whatever kind it says it is of.
    """
    public = (
        institution is not None and institution.kind is InstitutionKind.PUBLIC_INSTITUTION
    ) or offer.kind == PUBLIC_AGENCY
    public = public or office == STAFFING_OFFICE
    return not public and not offer.civil_servant


def _judged(offer: Offer, standing: dict[str, Any]) -> Judgement:
    made = offer.commitments
    conditions = {
        "1": dict(standing),
        "2": {
            "kind": offer.kind,
            "categories": sorted(offer.categories),
            "resources_sha256": offer.resources_sha256,
        },
        "3": made[OWN_RESOURCES].signed(),
        "4": {**made[GOOD_RECORD].signed(), **standing},
        "5": made[RULES_AND_SUPERVISION].signed(),
        "6": {"agreement": AGREEMENT},
        "7": {"agreement": AGREEMENT},
    }
    return Judgement(conditions, (KIND,) if offer.kind in DOCUMENT_OF else ())
