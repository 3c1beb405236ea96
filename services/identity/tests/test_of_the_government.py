"""Who is of the government asks no price (art. 6, 14, 24): by kind, by registry, by its number."""

import pytest

from identity.domain.providing import (
    Offer,
    may_charge,
)
from identity.domain.registry import InstitutionKind, InstitutionRecord

SOCIAL = InstitutionRecord(InstitutionKind.SOCIAL_ORGANISATION, "340100")
PUBLIC = InstitutionRecord(InstitutionKind.PUBLIC_INSTITUTION, "340100")


def offer(kind: str, civil_servant: bool = False) -> Offer:
    """What a provider says of itself."""
    return Offer(kind, ("enterprise.legal",), "0" * 64, {}, civil_servant)


@pytest.mark.article(6, 14, 24)
@pytest.mark.parametrize(
    ("kind", "record", "office", "may"),
    [
        ("recognised-institution", SOCIAL, "5", True),
        ("recognised-institution", SOCIAL, "1", False),
        ("recognised-institution", PUBLIC, "1", False),
        ("recognised-institution", PUBLIC, "5", False),
        ("public-agency", PUBLIC, "1", False),
        ("lawful-firm", None, "9", True),
        ("lawful-firm", None, "1", False),
    ],
)
def test_a_number_of_the_staffing_office_is_enough_to_be_of_the_government(
    kind: str, record: InstitutionRecord | None, office: str, may: bool
) -> None:
    assert may_charge(offer(kind), record, office) is may


@pytest.mark.article(24)
def test_a_civil_servant_asks_no_price() -> None:
    assert not may_charge(offer("certified-expert", civil_servant=True), None)
