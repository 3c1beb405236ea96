"""Attestations of 网号、网证: an age in range by signature, no number sent or kept (art. 25)."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given as examples
from hypothesis import strategies as st

from authorities import synthetic
from authorities.net_id import NetId
from authorities.synthetic import Person, Population
from identity.attestations import BadNetIdKey, NetIdKeys
from identity.domain.attestation import Fault, attested
from identity.domain.refusals.admission import AgeOutOfRange
from identity.domain.refusals.verification import AttestationInvalid
from schemas.identity.accounts import GetAccount
from schemas.identity.reviews import ReviewCase
from schemas.identity.verification import (
    GetVerification,
    RegisterAttestedPerson,
    RenewVerification,
)
from services.identity.tests.conftest import NOON, Desk, Move, Simulator

PAYLOAD: dict[str, Any] = {
    "format": "net-id-attestation/1",
    "issuer": "x",
    "audience": "wanchuang",
    "nonce": "n",
    "net_number": "W1",
    "age": {"low": 16, "high": 59, "within": True, "until": "2027-06-09"},
    "adult": True,
    "region": "340100",
    "issued_at": "2026-11-01T04:00:00.000000Z",
    "expires_at": "2026-11-01T04:10:00.000000Z",
}


def register(desk: Desk, simulator: Simulator, person: Person, account: str) -> dict[str, Any]:
    return desk.result(
        RegisterAttestedPerson, account, attestation=simulator.attest(person, account)
    )


@pytest.mark.article(25, 26)
def test_a_person_is_admitted_by_an_attestation_and_no_number_is_kept(
    desk: Desk, simulator: Simulator, person: Person
) -> None:
    account = desk.account()
    view = register(desk, simulator, person, account)
    assert (view["roles"], view["state"]) == (["user"], "active")
    assert view["region"] == person.region[:4] + "00"
    verified = desk.last("SubjectVerified")
    assert (verified["document"], verified["registry"]) == ("net-id", "net-id")
    assert verified["renew_by"] == "2027-05-01"
    conditions = desk.last("SubjectAdmittedAsUser")["conditions"]
    assert conditions["policy"] == "net-id-attestation"
    types = desk.types()
    assert "PersonalDataRecorded" not in types
    assert "SubjectKeyMade" not in types, "there is nothing to seal"
    found = desk.app.database.rows("SELECT body::text FROM events")
    text = str(found) + str(desk.app.database.rows("SELECT * FROM age_watch"))
    assert person.name not in text
    assert person.id_number not in text


@pytest.mark.article(25)
@pytest.mark.parametrize("place", [*synthetic.UNDER_AGE, *synthetic.OVER_AGE])
def test_an_attestation_of_another_age_admits_nobody(
    desk: Desk, simulator: Simulator, world: Population, place: int
) -> None:
    account = desk.account()
    text = simulator.attest(world.persons[place], account)
    code = desk.code(RegisterAttestedPerson, account, attestation=text)
    assert code == "identity.age-out-of-range"


@pytest.mark.article(25)
def test_a_minor_with_an_attestation_shows_an_income(
    desk: Desk, simulator: Simulator, world: Population
) -> None:
    account, minor = desk.account(), world.persons[synthetic.MINORS[0]]
    text = simulator.attest(minor, account)
    code = desk.code(RegisterAttestedPerson, account, attestation=text)
    assert code == "identity.capacity-evidence-needed"
    evidence = [{"kind": "own-income", "sha256": "ab" * 32}]
    view = desk.result(RegisterAttestedPerson, account, attestation=text, evidence=evidence)
    assert view["state"] == "in-review"
    decision = {"case_id": view["case_id"], "decision": "approve", "reason": "材料齐全"}
    desk.as_staff("operator").result(ReviewCase, **decision)
    assert desk.result(GetAccount, account)["roles"] == ["user"]


def test_an_attestation_is_for_one_account_and_a_few_minutes(
    desk: Desk, simulator: Simulator, person: Person, at_noon: Move
) -> None:
    account, other = desk.account(), desk.account()
    text = simulator.attest(person, account)
    stolen = desk.ask(RegisterAttestedPerson, other, attestation=text)
    assert stolen["error"]["data"]["reason"] == "nonce"
    at_noon(NOON + timedelta(minutes=10))
    late = desk.ask(RegisterAttestedPerson, account, attestation=text)
    assert late["error"]["data"]["reason"] == "expired"
    elsewhere = simulator.attest(person, account, audience="another")
    refused = desk.ask(RegisterAttestedPerson, account, attestation=elsewhere)
    assert refused["error"]["data"]["reason"] == "audience"


def test_one_person_is_one_subject(desk: Desk, simulator: Simulator, person: Person) -> None:
    account, other = desk.account(), desk.account()
    register(desk, simulator, person, account)
    text = simulator.attest(person, other)
    code = desk.code(RegisterAttestedPerson, other, attestation=text)
    assert code == "identity.already-registered"
    again = simulator.attest(person, account)
    code = desk.code(RegisterAttestedPerson, account, attestation=again)
    assert code == "identity.already-registered"


@pytest.mark.article(16, 26)
def test_who_was_attested_brings_a_new_attestation_to_be_verified_anew(
    desk: Desk, simulator: Simulator, person: Person, at_noon: Move
) -> None:
    account = desk.account()
    register(desk, simulator, person, account)
    at_noon(datetime(2027, 4, 20, 4, tzinfo=UTC))
    desk.tick()
    assert desk.last("SubjectReverificationAnnounced")["renew_by"] == "2027-05-01"
    assert desk.code(RenewVerification, account) == "identity.attestation-needed"
    assert register(desk, simulator, person, account)["roles"] == ["user"]
    assert desk.last("SubjectReverified")["renew_by"] == "2027-10-20"
    at_noon(datetime(2027, 12, 1, 4, tzinfo=UTC))
    desk.tick()
    assert desk.last("SubjectReverificationFailed") == {
        "registry": "net-id",
        "outcome": "unreadable",
    }
    assert desk.result(GetAccount, account)["roles"] == [], "lapsed"
    assert register(desk, simulator, person, account)["roles"] == ["user"]


@pytest.mark.article(25)
def test_an_attestation_is_good_for_no_longer_than_it_says(
    desk: Desk, simulator: Simulator, at_noon: Move
) -> None:
    account = desk.account()
    key = NetId()
    payload = {**PAYLOAD, "nonce": account}
    payload["age"] = {**PAYLOAD["age"], "until": "2026-12-24"}
    desk.result(RegisterAttestedPerson, account, attestation=key.sign(payload))
    assert desk.result(GetVerification, account)["renew_by"] == "2026-12-24"


def test_only_a_configured_key_counts(desk: Desk, simulator: Simulator, person: Person) -> None:
    account = desk.account()
    forged = NetId("7f" * 32).sign({**PAYLOAD, "nonce": account})
    outcome = desk.ask(RegisterAttestedPerson, account, attestation=forged)
    assert outcome["error"]["data"]["reason"] == "signature"
    object.__setattr__(desk.app.settings, "net_id_keys", "")
    text = simulator.attest(person, account)
    outcome = desk.ask(RegisterAttestedPerson, account, attestation=text)
    assert outcome["error"]["data"]["reason"] == "signature", "without keys nothing counts"
    for bad in ("x", "ab", "zz" * 32):
        with pytest.raises(BadNetIdKey):
            NetIdKeys(bad)


SIGNED = NetId().sign(PAYLOAD)
KEYS = NetIdKeys(f"{NetId('7f' * 32).public_key} {NetId().public_key}")


@examples(st.integers(0, 10_000), st.characters(codec="ascii"))
def test_a_changed_attestation_does_not_count(place: int, character: str) -> None:
    place %= len(SIGNED)
    changed = SIGNED[:place] + character + SIGNED[place + 1 :]
    if changed != SIGNED:
        with pytest.raises(AttestationInvalid):
            KEYS.payload(changed)
    assert KEYS.payload(SIGNED) == PAYLOAD


def test_another_spelling_of_the_same_signature_does_not_count() -> None:
    last = SIGNED[-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for other in alphabet:
        if other != last:
            with pytest.raises(AttestationInvalid):
                KEYS.payload(SIGNED[:-1] + other)


@examples(st.text(max_size=80))
def test_other_texts_do_not_count(text: str) -> None:
    for value in (text, f"{text}.{text}", SIGNED + text if text else "x"):
        with pytest.raises(AttestationInvalid):
            KEYS.payload(value)


def test_a_signature_of_what_is_no_object_does_not_count() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex("6e" * 32))
    for plain in (b"[]", b'"x"', b'{"a":1,"a":2}', b"{", b"[" * 3000):
        text = urlsafe_b64encode(plain).rstrip(b"=")
        signature = urlsafe_b64encode(key.sign(text)).rstrip(b"=").decode()
        with pytest.raises(AttestationInvalid):
            KEYS.payload(f"{text.decode()}.{signature}")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"format": "net-id-attestation/2"}, Fault.FORM),
        ({"net_number": ""}, Fault.FORM),
        ({"net_number": 7}, Fault.FORM),
        ({"net_number": "W" * 101}, Fault.FORM),
        ({"adult": "yes"}, Fault.FORM),
        ({"age": None}, Fault.FORM),
        ({"age": {"low": 16, "high": 59, "within": True, "until": "soon"}}, Fault.FORM),
        ({"age": {"low": 16, "high": 59, "within": 1, "until": "2027-06-09"}}, Fault.FORM),
        ({"age": {"low": 14, "high": 59, "within": True, "until": "2027-06-09"}}, Fault.RANGE),
        ({"issued_at": "2026-11-01T04:00:00"}, Fault.FORM),
        ({"issued_at": "2026-11-01T04:00:01Z"}, Fault.EXPIRED),
        ({"expires_at": "2026-11-01T04:00:00Z"}, Fault.EXPIRED),
        ({"audience": None}, Fault.AUDIENCE),
        ({"nonce": None}, Fault.NONCE),
    ],
)
def test_a_payload_says_exactly_what_it_must(change: dict[str, Any], fault: Fault) -> None:
    with pytest.raises(AttestationInvalid) as refused:
        attested({**PAYLOAD, **change}, "wanchuang", "n", NOON)
    assert refused.value.data["reason"] == fault.value


def test_a_payload_is_read() -> None:
    found = attested(PAYLOAD, "wanchuang", "n", NOON)
    assert (found.region, found.adult, found.until) == ("340100", True, date(2027, 6, 9))
    assert attested({**PAYLOAD, "region": "110000"}, "wanchuang", "n", NOON).region == "340000"
    outside = {**PAYLOAD, "age": {**PAYLOAD["age"], "within": False}}
    with pytest.raises(AgeOutOfRange):
        attested(outside, "wanchuang", "n", NOON)
    assert "W1" not in repr(found)


def test_the_simulator_and_the_platform_mean_the_same(person: Person) -> None:
    text = NetId(now=lambda: NOON).attest(
        person.id_number, person.region, person.birth_date, "wanchuang", "n"
    )
    payload = KEYS.payload(text)
    assert attested(payload, "wanchuang", "n", NOON).adult
    body = text.partition(".")[0]
    assert json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4))) == payload
