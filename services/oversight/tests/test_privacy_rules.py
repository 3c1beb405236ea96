"""Keys, grounds and erasures: a whole life is clean, and each misuse is found where it is."""

from collections.abc import Callable
from typing import Any

import pytest

from oversight.domain.privacy import keys_digest
from oversight.domain.rules import every_rule
from oversight.testing import people
from oversight.vocabulary import EventSchemas
from schemas.events.common import SOME_SEALED
from services.oversight.tests.history import History, ident
from services.oversight.tests.history_of_money import clean
from services.oversight.tests.planting import PRIVATE

MADE = "identity.SubjectKeyMade"
RECORDED = "identity.PersonalDataRecorded"
CORRECTED = "identity.PersonalDataCorrected"
CONTACT = "identity.PersonalDataContactChanged"
RELATED = "identity.PersonalDataRelatedTold"
ACCESSED = "identity.PersonalDataAccessed"
CONSENT = "identity.ConsentGiven"
REQUESTED = "identity.PersonalDataErasureRequested"
WITHDRAWN = "identity.PersonalDataErasureWithdrawn"
DESTROYED = "identity.SubjectKeyDestroyed"
ERASED = "identity.PersonalDataErased"
DEVICE_USED = "identity.PersonalDataDeviceUsed"
Plant = Callable[[History], Any]

ONE = ident("one who goes")
LATER = "2026-11-15T04:00:00.000000Z"


def keyed(history: History, subject: str, kind: str = "person") -> None:
    """A verified subject whose data is kept."""
    history.tell(people.user(subject, kind=kind))
    history.add(MADE, ident(f"key {subject}"), {"subject": subject})
    kept = {"public": {}, "sealed": {"name": SOME_SEALED}, "registry": "public-security"}
    history.add(RECORDED, ident(f"data {subject}"), {"subject": subject, **kept})


def consented(history: History, purpose: str, given_to: str) -> str:
    name = f"consent {purpose}"
    given = {"subject": ONE, "given_to": given_to, "purpose": purpose, "scope": ["name"]}
    history.add(CONSENT, ident(name), {**given, "valid_until": "2026-12-31"})
    return ident(name)


def accessed(history: History, **basis: Any) -> None:
    grounds = {"consent_id": None, "law": None, "file_number": None, **basis}
    seen = {"accessor": ident("staff"), "role": "employment-province", "scope": ["name"]}
    seen |= {"at": "2026-05-01T04:00:00.000000Z"}
    history.add(ACCESSED, ident(f"data {ONE}"), {"subject": ONE, **seen, "basis": grounds})


def corrected(history: History, by: str, consent_id: str | None) -> None:
    changed = {"registry": "public-security", "public": {}, "sealed": {"name": SOME_SEALED}}
    data = {"subject": ONE, **changed, "by": by, "consent_id": consent_id}
    history.add(CORRECTED, ident(f"data {ONE}"), data)


def contacted(history: History, at: str | None = None) -> None:
    changed = {"sealed": {"phone": SOME_SEALED}, "digests": {"phone": "0" * 64}}
    given: dict[str, Any] = {"at": at} if at else {}
    history.add(CONTACT, ident(f"data {ONE}"), {"subject": ONE, **changed}, **given)


def used(history: History, device: str = "0" * 64, at: str | None = None, **said: Any) -> None:
    """An account that acts for them uses a device."""
    data = {"subject": ONE, "account_id": ident("their account"), "device": device, **said}
    given: dict[str, Any] = {"at": at} if at else {}
    data.setdefault("first_on", "2026-05-01")
    event = history.add(DEVICE_USED, ident(f"data {ONE}"), data, **given)
    event.update(actor="system:identity", role=None)


def requested(history: History) -> None:
    data = {"subject": ONE, "roles": ["user"], "requested_on": "2026-05-01", "retained": []}
    history.add(
        REQUESTED, ident(f"data {ONE}"), {**data, "destroy_on": "2026-11-01", "preview": "0" * 64}
    )


def erased(history: History, at: str = LATER) -> None:
    why = {"reason": "erasure-requested", "basis": "个人信息保护法 art. 47", "retained": []}
    history.add(DESTROYED, ident(f"key {ONE}"), {"subject": ONE, **why}, at=at)
    history.add(ERASED, ident(f"data {ONE}"), {"subject": ONE}, at=at)


@pytest.fixture
def life() -> History:
    """The clean history, with somebody more: kept, seen, corrected, gone."""
    history = clean()
    keyed(history, ONE)
    seeing = consented(history, "verification", "role:employment-province")
    editing = consented(history, "editing", "role:operator")
    accessed(history, law="redemption-review", file_number="兑1号")
    accessed(history, consent_id=seeing)
    corrected(history, "on-behalf", editing)
    contacted(history)
    history.add("identity.AccountOpened", ident("their account"), {"staff": False, "region": None})
    history.add("identity.AccountLinked", ident("their account"), {"subject_id": ONE})
    for number in range(20):
        used(history, f"{number:064x}")
    requested(history)
    history.add(WITHDRAWN, ident(f"data {ONE}"), {"subject": ONE, "roles": [], "region": "340100"})
    corrected(history, "self", None)
    requested(history)
    erased(history)
    return history


def test_a_whole_life_is_clean(life: History) -> None:
    assert life.rules_broken() == []


def setting(type_: str, number: int = 0, **values: Any) -> Plant:
    return lambda history: history.data(type_, number).update(values)


def basing(number: int, **values: Any) -> Plant:
    return lambda history: history.data(ACCESSED, number)["basis"].update(values)


def drop(type_: str, number: int = 0) -> Plant:
    """Leave out an event and close the gap."""

    def plant(history: History) -> None:
        log, position = history.place(type_, number)
        gone = history.logs[log].pop(position)
        for event in history.logs[log][position:]:
            event["version"] -= event["stream"] == gone["stream"]

    return plant


def ordered(history: History) -> None:
    """Matching knows that they are gone, and takes an order of theirs all the same."""
    last = len(history.logs["identity"]) - 1
    order = {**history.data("matching.OrderPlaced", 2), "user": ONE}
    history.add("matching.OrderPlaced", ident("x"), order, at=LATER, seen={
        **history.find("matching.OrderPlaced", 2)["seen"], "identity": last,
    })  # fmt: skip


def granted(history: History) -> None:
    last = len(history.logs["identity"]) - 1
    first = history.find("voucher-ledger.VoucherGranted")
    first["data"]["holder"] = ONE
    first["seen"]["identity"] = last


def kept_again(history: History) -> None:
    corrected(history, "self", None)


def keyed_again(history: History) -> None:
    history.add(MADE, ident("another key"), {"subject": ONE}, at=LATER)


def traded(day: str) -> Plant:
    """The order of the clean history was theirs, accepted on a day before they went."""

    def plant(history: History) -> None:
        history.data("matching.OrderPlaced")["user"] = ONE
        history.data("voucher-ledger.VoucherGranted")["holder"] = ONE
        history.find("matching.OrderAccepted")["recorded_at"] = f"{day}T04:00:00.000000Z"

    return plant


def one_more(history: History) -> None:
    """A twenty-first device on one day, before they go."""
    used(history, "f" * 64)
    log = history.logs["identity"]
    log.insert(log.index(history.find(REQUESTED)), log.pop())
    mine = [event for event in log if event["stream"] == ident(f"data {ONE}")]
    for number, event in enumerate(mine, 1):
        event["version"] = number


CASES: list[tuple[str, Plant, str, int]] = [
    ("key-made-twice", keyed_again, MADE, 1),
    ("sealed-without-key", drop(MADE), RECORDED, 0),
    ("access-without-grounds", basing(0, law="complaint-of-nobody"), ACCESSED, 0),
    ("access-without-grounds", basing(0, law="supervision"), ACCESSED, 0),
    ("access-without-grounds", basing(0, file_number=None), ACCESSED, 0),
    ("access-without-grounds", setting(ACCESSED, scope=["id_number"]), ACCESSED, 0),
    ("access-without-grounds", basing(0, law=None, file_number=None), ACCESSED, 0),
    ("access-without-grounds", basing(1, consent_id=ident("none")), ACCESSED, 1),
    ("access-without-grounds", setting(ACCESSED, 1, scope=["name", "uscc"]), ACCESSED, 1),
    ("access-without-grounds", setting(CONSENT, valid_until="2026-04-30"), ACCESSED, 1),
    ("access-without-grounds", setting(CONSENT, given_to="role:bureau"), ACCESSED, 1),
    ("access-without-grounds", setting(CONSENT, subject=ident("other")), ACCESSED, 1),
    ("access-without-grounds", setting(ACCESSED, 1, scope=["phone"]), ACCESSED, 1),
    ("device-unfounded", setting(DEVICE_USED, account_id=ident("nobody")), DEVICE_USED, 0),
    (
        "device-unfounded",
        setting("identity.AccountLinked", 2, subject_id=ident("x")),
        DEVICE_USED,
        0,
    ),
    ("device-unfounded", setting(DEVICE_USED, 7, device="0" * 64), DEVICE_USED, 7),
    ("device-unfounded", setting(DEVICE_USED, 9, first_on="2026-04-30"), DEVICE_USED, 9),
    ("device-unfounded", one_more, DEVICE_USED, 20),
    ("edit-without-consent", setting(CONSENT, 1, purpose="complaint"), CORRECTED, 0),
    ("edit-without-consent", setting(CORRECTED, 0, consent_id=None), CORRECTED, 0),
    ("key-destroyed-unrequested", drop(REQUESTED, 1), DESTROYED, 0),
    ("key-destroyed-early", setting(REQUESTED, 1, requested_on="2026-05-16"), DESTROYED, 0),
    ("key-destroyed-early", traded("2026-05-01"), DESTROYED, 0),
    ("processed-after-erasure", ordered, "matching.OrderPlaced", 3),
    ("processed-after-erasure", granted, "voucher-ledger.VoucherGranted", 0),
    ("erasure-overdue", lambda h: (drop(DESTROYED)(h), drop(ERASED)(h)), REQUESTED, 1),
]


@pytest.mark.article(8, 36)
@pytest.mark.parametrize(("rule", "plant", "type_", "number"), CASES)
def test_misuse_is_found_where_it_is(
    life: History, rule: str, plant: Plant, type_: str, number: int
) -> None:
    if rule == "erasure-overdue":
        life.find("matching.OrderRefused")["recorded_at"] = LATER
    plant(life)
    found = life.rules_broken()
    assert (rule, *life.place(type_, number)) in found
    assert {other for other, *_ in found} <= {rule, *FOLLOWING.get(rule, ())}


FOLLOWING = {
    # what else is then not as it should be
    "key-made-twice": ("thing-begins-again",),
    "sealed-without-key": ("key-destroyed-unrequested", "erased-with-key", "sealed-without-key"),
    "processed-after-erasure": (
        "user-not-admitted", "order-step", "answer-missing", "holder-not-admitted",
        "reservation-off-order",
        "reserved-without-order", "grant-outside-run",
    ),
    "key-destroyed-early": (
        "user-not-admitted", "reservation-off-order", "processed-after-erasure", "cap-uncounted",
        "grant-outside-run", "reserved-without-order", "user-not-admitted", "holder-not-admitted",
        "own-payment-differs",
    ),
}  # fmt: skip


@pytest.mark.article(36)
def test_what_follows_an_erasure_is_found(life: History) -> None:
    kept_again(life)
    contacted(life, at=LATER)
    places = [life.place(CORRECTED, 2), life.place(CONTACT, 1)]
    rules = ("processed-after-erasure", "sealed-without-key")
    assert {(rule, *place) for rule in rules for place in places} <= set(life.rules_broken())


@pytest.mark.article(17, 36)
def test_who_is_behind_an_organisation_is_not_told_after_its_erasure(life: History) -> None:
    behind = {"representative": [ident("somebody")], "shareholder": []}
    told = {"subject": ONE, "source": "declared", "related": behind}
    life.add(RELATED, ident(f"data {ONE}"), told, at=LATER)
    assert ("processed-after-erasure", *life.place(RELATED)) in life.rules_broken()


@pytest.mark.article(17, 36)
def test_no_device_is_recorded_after_an_erasure(life: History) -> None:
    used(life, "f" * 64, at=LATER, first_on="2026-11-15")
    assert life.rules_broken() == [("processed-after-erasure", *life.place(DEVICE_USED, 20))]


@pytest.mark.article(8, 36)
def test_a_digest_of_what_was_not_sealed_is_found(life: History) -> None:
    life.data(CONTACT)["digests"]["email"] = "0" * 64
    assert life.rules_broken() == [("data-misfit", *life.place(CONTACT))]


@pytest.mark.article(36)
def test_an_erasure_without_the_keys_destruction_is_found(life: History) -> None:
    drop(DESTROYED)(life)
    assert ("erased-with-key", *life.place(ERASED)) in life.rules_broken()


@pytest.mark.article(36)
def test_who_had_not_heard_of_it_is_not_blamed(life: History) -> None:
    ordered(life)
    before = life.place(REQUESTED, 1)[1] - 1
    life.find("matching.OrderPlaced", 3)["seen"]["identity"] = before
    assert "processed-after-erasure" not in {rule for rule, *_ in life.rules_broken()}


@pytest.mark.article(8, 36)
def test_keys_that_differ_from_the_log_are_found(life: History) -> None:
    other = ident("another")
    keyed(life, other)

    def differs(**stated: Any) -> bool:
        true = {"keys": 1, "digest": keys_digest({other})}
        found = {finding.rule for finding in life.audit(keys={**true, **stated}).findings}
        assert found <= {"keys-differ"}, found
        return bool(found)

    assert not differs()
    assert differs(keys=2, digest=keys_digest({other, ONE})), "still there though destroyed"
    assert differs(keys=0, digest=keys_digest(set())), "missing with no event"
    assert differs(digest=keys_digest({ONE})), "another's"
    assert differs(position=3)


def test_every_rule_has_a_case() -> None:
    tested = {case[0] for case in CASES} | {"erased-with-key", "keys-differ"}
    rules = every_rule(EventSchemas())
    assert {rule.id for rule in rules if rule.__module__ in PRIVATE} == tested
