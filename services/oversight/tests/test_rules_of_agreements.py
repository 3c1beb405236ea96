"""The rules about agreements find what they are for, where it is, and nothing else."""

from hashlib import sha256
from typing import Any

import pytest

from services.oversight.tests.history_of_staff import ident
from services.oversight.tests.planting import OTHER, History, Plant, each, enveloping
from services.oversight.tests.test_rules import OF_AGREEMENTS

PUBLISHED = "identity.AgreementPublished"
IN_FORCE = "identity.AgreementTookEffect"
SIGNED = "identity.AgreementSignatureGiven"
LISTED, PLACED = "catalog.ListingPublished", "matching.OrderPlaced"
CLAIMED, APPLIED = "voucher-ledger.VoucherClaimed", "voucher-ledger.RedemptionApplied"
USER, PROVIDER, PUBLISHER = ident("user"), ident("provider"), ident("publisher")
EARLY, AT = "2026-05-01T03:00:00.000000Z", "2026-05-01T04:00:00.000000Z"
NEXT = "2026-05-08T04:00:00.000000Z"


def _stream(kind: str, version: int) -> str:
    return ident(f"agreement {kind} {version}")


def text(kind: str = "user", version: int = 1, at: str = EARLY, **changed: Any) -> Plant:
    """Publish a version."""

    def plant(history: History) -> None:
        zh = f"{kind}协议第{version}版"
        said = {"kind": kind, "number": version, "zh": zh, "en": "-", "valid_from": "2026-05-01"}
        said |= {"text_sha256": sha256(zh.encode()).hexdigest(), "published_by": PUBLISHER}
        event = history.add(PUBLISHED, _stream(kind, version), {**said, **changed}, at=at)
        event["actor"] = PUBLISHER

    return plant


def effect(kind: str = "user", version: int = 1, at: str = EARLY, **changed: Any) -> Plant:
    """Let it be in force."""

    def plant(history: History) -> None:
        digest = sha256(f"{kind}协议第{version}版".encode()).hexdigest()
        said = {"kind": kind, "number": version, "text_sha256": digest, **changed}
        event = history.add(IN_FORCE, _stream(kind, version), said, at=at)
        event.update(actor="system:identity", role=None)

    return plant


def signature(kind: str = "user", version: int = 1, at: str = EARLY, **changed: Any) -> Plant:
    """Sign it for the user or the provider of the history."""

    def plant(history: History) -> None:
        subject = USER if kind == "user" else PROVIDER
        account = ident(f"account of {subject}")
        history.add("identity.AccountLinked", account, {"subject_id": subject}, at=at)
        digest = sha256(f"{kind}协议第{version}版".encode()).hexdigest()
        said = {"subject_id": subject, "kind": kind, "number": version, "text_sha256": digest}
        said |= {"account_id": account, **changed}
        stream = ident(f"signature {subject} {version}")
        event = history.add(SIGNED, stream, said, at=at)
        event.update(actor=account, role=None)

    return plant


def heard(type_: str) -> Plant:
    """A decision had seen identity's log to its end."""

    def plant(history: History) -> None:
        history.find(type_)["seen"]["identity"] = len(history.logs["identity"]) - 1

    return plant


def later(at: str) -> Plant:
    """The logs go on until an instant."""
    opened = {"staff": False, "region": None}
    return lambda history: history.add("identity.AccountOpened", ident("late"), opened, at=at)


FIRST = each(text(), effect())
SOON = each(text(valid_from="2026-05-10"))
Case = tuple[str, Plant, str, int]
CASES: list[Case] = [
    *(
        ("begun-unsigned", each(text(kind, at=AT), effect(kind, at=AT), heard(type_)), type_, 0)
        for type_, kind in (
            (LISTED, "provider"),
            (PLACED, "user"),
            (CLAIMED, "user"),
            (APPLIED, "provider"),
        )
    ),
    ("begun-unsigned", each(FIRST, heard(CLAIMED)), CLAIMED, 0),
    ("agreement-unannounced", text(version=2), PUBLISHED, 0),
    ("agreement-unannounced", text(text_sha256="0" * 64), PUBLISHED, 0),
    ("agreement-unannounced", text(published_by=OTHER), PUBLISHED, 0),
    ("agreement-unannounced", text(valid_from="2026-04-30"), PUBLISHED, 0),
    ("agreement-unannounced", each(SOON, text(version=2, valid_from="2026-05-20")), PUBLISHED, 1),
    (
        "agreement-unannounced",
        each(FIRST, signature(), text(version=2, valid_from="2026-05-07")),
        PUBLISHED,
        1,
    ),
    ("agreement-unannounced", each(SOON, effect(at=AT)), IN_FORCE, 0),
    ("agreement-unannounced", each(FIRST, signature(), effect()), IN_FORCE, 1),
    ("agreement-unannounced", each(text(), effect(number=2)), IN_FORCE, 0),
    ("signature-differs", each(SOON, signature(text_sha256="0" * 64)), SIGNED, 0),
    ("signature-differs", each(SOON, signature(account_id=OTHER)), SIGNED, 0),
    ("signature-differs", each(SOON, signature(), signature()), SIGNED, 1),
    ("agreement-never-in-force", each(SOON, later("2026-05-11T16:00:00.000000Z")), PUBLISHED, 0),
]


@pytest.mark.article(8, 29)
@pytest.mark.parametrize(("rule", "plant", "type_", "number"), CASES)
def test_a_planted_irregularity_is_found_where_it_is(
    history: History, rule: str, plant: Plant, type_: str, number: int
) -> None:
    plant(history)
    found = [each for each in history.rules_broken() if each[0] in OF_AGREEMENTS]
    assert (rule, *history.place(type_, number)) in found
    assert {each[0] for each in found} <= {rule, "begun-unsigned"}


@pytest.mark.article(8, 29)
def test_only_the_operator_and_the_province_publish(history: History) -> None:
    each(SOON, enveloping(PUBLISHED, role="provider"))(history)
    assert ("wrong-role", *history.place(PUBLISHED)) in history.rules_broken()


def test_every_rule_has_its_case() -> None:
    assert {rule for rule, _, _, _ in CASES} == OF_AGREEMENTS


SECOND = text(version=2, at=EARLY, valid_from="2026-05-08")


@pytest.mark.parametrize(
    "plant",
    [
        each(FIRST, signature(), SECOND, effect(version=2, at=NEXT)),
        each(text("provider"), signature("provider"), effect("provider", at=AT), heard(APPLIED)),
        each(text(at=AT), effect(at=AT)),  # five seconds are allowed
        each(SOON, later("2026-05-11T15:59:59.999999Z")),
    ],
)
def test_what_is_allowed_is_no_finding(history: History, plant: Plant) -> None:
    plant(history)
    assert not {each[0] for each in history.rules_broken()} & OF_AGREEMENTS
