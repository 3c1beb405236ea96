"""Who applies for admission, with what, and what is expected to become of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from authorities.synthetic import Agency, Firm, Person

OFFERED = "自有专业团队与办公场所,优惠价格服务创业者"
CATEGORIES = ("enterprise.legal", "enterprise.management", "startup.guidance")


@dataclass(frozen=True)
class Applicant:
    """Somebody who registers, and the refusal that is expected, if any.

    `review` is how staff decide on the documents, where they have to. Who `commits` signs the
    commitments in force.
    """

    login: str
    path: str
    body: Mapping[str, Any]
    refusal: str = ""
    review: Mapping[str, Any] | None = None
    commits: bool = False


def person(login: str, found: Person, name: str | None = None, refusal: str = "") -> Applicant:
    """A person who wants to be a user."""
    body = {"name": name or found.name, "id_number": found.id_number}
    return Applicant(login, "/users/persons", body, refusal)


def firm(login: str, found: Firm, refusal: str = "") -> Applicant:
    """A firm that wants to be a user."""
    return Applicant(login, "/users/firms", _organisation(found), refusal)


def provider(
    login: str, found: Firm | Agency, kind: str = "lawful-firm", refusal: str = ""
) -> Applicant:
    """An organisation that wants to provide."""
    body = {**_organisation(found), "kind": kind, **_offer()}
    return Applicant(login, "/providers", body, refusal, commits=True)


def expert(login: str, found: Person, civil_servant: bool = False) -> Applicant:
    """A person who wants to provide, with a certificate."""
    body = {"name": found.name, "id_number": found.id_number, "civil_servant": civil_servant}
    return Applicant(login, "/providers/experts", {**body, **_offer()}, commits=True)


def by_hand(
    applicant: Applicant, document: str, approve: bool = True, ownership: str | None = None
) -> Applicant:
    """The same with a document, about which staff decide."""
    shown = [{"kind": document, "sha256": sha256(applicant.login.encode()).hexdigest()}]
    review = {
        "decision": "approve" if approve else "reject",
        "reason": "材料齐全,符合条件" if approve else "材料不能证明以自己的劳动收入为主要生活来源",
        "ownership": ownership,
    }
    return replace(applicant, body={**applicant.body, "evidence": shown}, review=review)


def _organisation(found: Firm | Agency) -> dict[str, Any]:
    return {
        "name": found.name,
        "uscc": found.uscc,
        "legal_representative": found.legal_representative,
    }


def _offer() -> dict[str, Any]:
    return {"resources": OFFERED, "categories": list(CATEGORIES)}
