"""What identity's log says of somebody who was verified and admitted, event by event.

For histories that are written by hand: the supervisor decides all of it again.
"""

from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from oversight.domain.rules.conditions import SIGNED

Told = tuple[str, str, dict[str, Any]]
"""An event: its type, its stream, what it says."""

AT = "2026-01-05T04:00:00.000000Z"
PERSON: dict[str, Any] = {
    "real-name": "match",
    "age-16-59": True,
    "full-capacity": "adult",
    "policy": "on-birthday",
    "on": "2026-01-05",
}
"""The conditions of a person who is a user."""

FIRM: dict[str, Any] = {
    "real-name": "match",
    "legal-person": "company",
    "ownership": "private",
    "status": "in-operation",
    "start-up": {
        "parameters": "start-up/1",
        "established-on": "2025-03-01",
        "size": "micro",
        "source": "not Anhui law",
    },
    "on": "2026-01-05",
}
"""The conditions of a firm that is a user."""


def verified(subject: str, region: str = "340100", kind: str = "person") -> Iterator[Told]:
    """A registry confirmed who they are."""
    firm = kind == "firm"
    document, registry = "resident-id", "public-security"
    if firm:
        document, registry = "uscc", "market-regulation"
    questions, account = _stream("questions", subject), _stream("account", subject)
    yield "identity.VerificationOpened", questions, {"subject_id": subject, "document": document}
    answer = {"account_id": account, "registry": registry, "outcome": "match", "at": AT}
    yield "identity.VerificationAnswered", questions, answer
    found = {"kind": kind, "document": document, "region": region, "registry": registry}
    yield "identity.SubjectVerified", subject, {**found, "outcome": "match"}


def user(subject: str, region: str = "340100", kind: str = "person") -> Iterator[Told]:
    """They are verified, and a user."""
    yield from verified(subject, region, kind)
    conditions = dict(FIRM if kind == "firm" else PERSON)
    admitted = {"region": region, "conditions": conditions}
    yield "identity.SubjectAdmittedAsUser", subject, admitted


def provider(subject: str, region: str = "340100", name: str = "合肥示例") -> Iterator[Told]:
    """They are verified, and a provider: a lawful firm."""
    yield from verified(subject, region, "firm")
    case, account = _stream("case", subject), _stream("account", subject)
    opened = {"role": "provider", "account_id": account, "subject_id": subject}
    yield "identity.AdmissionOpened", case, opened
    signed = [
        {"commitment": clause, "version": version, "text_sha256": digest}
        for (clause, version), digest in SIGNED.items()
    ]
    papers = {
        "kind": "lawful-firm",
        "document": "uscc",
        "evidence": [],
        "commitments": signed,
        "categories": ["enterprise.legal"],
        "resources_sha256": "0" * 64,
        "civil_servant": False,
    }
    yield "identity.AdmissionSubmitted", case, {"papers": papers}
    conditions = seven()
    decided = {"conditions": conditions, "review": None}
    yield "identity.AdmissionActivated", case, decided
    admitted = {"kind": "lawful-firm", "name": name, "region": region, "conditions": conditions}
    yield "identity.SubjectAdmittedAsProvider", subject, {**admitted, "may_charge": True}


def seven() -> dict[str, Any]:
    """The seven conditions of a lawful firm (art. 21)."""
    signed = {
        clause: {"commitment": clause, "version": version, "text_sha256": digest}
        for (clause, version), digest in SIGNED.items()
    }
    standing = {"registry": "in-operation", "on": "2026-01-05"}
    offered = {"kind": "lawful-firm", "categories": ["enterprise.legal"]}
    return {
        "1": standing,
        "2": {**offered, "resources_sha256": "0" * 64},
        "3": signed["own-resources"],
        "4": {**signed["good-record"], **standing},
        "5": signed["rules-and-supervision"],
        "6": {"agreement": "provider-agreement/1"},
        "7": {"agreement": "provider-agreement/1"},
    }


def _stream(what: str, subject: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"people/{what}/{subject}"))
