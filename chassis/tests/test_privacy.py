"""Privacy: keys, digests, sealing in transit, and what a service makes of it."""

import hmac
import json
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import fields

from chassis import cli, context
from chassis.application import Decision
from chassis.bus import host
from chassis.commands import Commands
from chassis.contract import Command, Text
from chassis.domain import Kind, Refusal, new_id
from chassis.privacy import (
    PREFIX,
    BadKey,
    PersonalDataKey,
    Unsealable,
    lookup_digest,
    seal,
    seal_personal,
    unseal,
    unseal_personal,
)
from chassis.refusal import StoredRefusal
from chassis.service import respond
from chassis.testing import sequencer
from chassis.tests.conftest import Bank

HEX = "0f" * 32
KEY = PersonalDataKey.load(HEX)


class Enrol(Command):
    """A contract with personal and other fields."""

    service = "bank"
    refusal_is_event = True

    name = Text(60, required=True, metadata={"personal": True})
    id_number = Text(40, load_default=None, metadata={"personal": True})
    pin = fields.String(load_default=None, metadata={"personal": True, "secret": True})
    city = Text(40, required=True)


@pytest.mark.parametrize("text", ["", "0f" * 31, "0f" * 33, "zz" * 32, " " + "0f" * 31 + "0"])
def test_a_key_of_another_form_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(BadKey) as refused:
        PersonalDataKey.load(text)
    assert "PERSONAL_DATA_KEY" in str(refused.value)
    assert not text.strip() or text.strip() not in str(refused.value)


def test_the_key_does_not_show_itself() -> None:
    assert HEX not in f"{KEY!r} {KEY}"


def test_each_purpose_has_a_key_of_its_own() -> None:
    keys = {KEY.lookup, KEY.sealing, KEY.derive("session-token/1"), bytes.fromhex(HEX)}
    assert len(keys) == 4
    assert {len(key) for key in keys} == {32}


def test_derived_keys_stay_the_same_for_ever() -> None:
    # From an implementation of RFC 5869 in the standard library's terms, see `_hkdf`.
    assert KEY.lookup == _hkdf(bytes.fromhex(HEX), b"wanchuang/lookup/1")


def _hkdf(master: bytes, info: bytes) -> bytes:
    extracted = hmac.digest(bytes(32), master, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def test_a_look_up_digest_depends_on_key_kind_and_value() -> None:
    digests = {
        lookup_digest(KEY.lookup, "login", "wang"),
        lookup_digest(KEY.lookup, "login", "wang2"),
        lookup_digest(KEY.lookup, "loginw", "ang"),
        lookup_digest(KEY.sealing, "login", "wang"),
    }
    assert len(digests) == 4
    assert all(len(digest) == 64 for digest in digests)
    assert lookup_digest(KEY.lookup, "login", "wang") in digests
    composed, decomposed = "\u00e9", "e\u0301"
    assert lookup_digest(b"k", "login", composed) == lookup_digest(b"k", "login", decomposed)


@given(st.text(st.characters(), max_size=200), st.text(max_size=20))
def test_what_is_sealed_can_be_unsealed(text: str, purpose: str) -> None:
    sealed = seal(KEY.sealing, text, purpose)
    assert sealed.startswith(PREFIX)
    assert sealed.isascii()
    assert unseal(KEY.sealing, sealed, purpose) == text
    assert seal(KEY.sealing, text, purpose) != sealed, "a nonce is used once"


@given(st.integers(0, 10_000), st.characters(exclude_categories=["Cs"]))
def test_a_changed_value_cannot_be_unsealed(place: int, character: str) -> None:
    sealed = seal(KEY.sealing, "340101200001011234")
    place %= len(sealed)
    changed = sealed[:place] + character + sealed[place + 1 :]
    if changed != sealed:
        with pytest.raises(Unsealable):
            unseal(KEY.sealing, changed)


def test_a_value_has_one_spelling_only() -> None:
    sealed = seal(KEY.sealing, "x" * 18)
    spellings = [sealed[:-1] + each for each in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"] + [sealed + "=="]
    for other in spellings:
        if other != sealed:
            with pytest.raises(Unsealable):
                unseal(KEY.sealing, other)


@pytest.mark.parametrize(
    "value", ["", "王伟", "sealed:1:", "sealed:1:AAAA", "sealed:2:" + "A" * 80]
)
def test_what_was_not_sealed_cannot_be_unsealed(value: str) -> None:
    with pytest.raises(Unsealable) as refused:
        unseal(KEY.sealing, value)
    assert not value or value not in str(refused.value)


def test_another_key_or_purpose_cannot_unseal() -> None:
    sealed = seal(KEY.sealing, "text", "identity.sign_in.login")
    for key, purpose in ((KEY.lookup, "identity.sign_in.login"), (KEY.sealing, "")):
        with pytest.raises(Unsealable):
            unseal(key, sealed, purpose)


def test_only_personal_text_is_sealed() -> None:
    given_ = {"name": "王伟", "id_number": None, "pin": 7, "city": "合肥", "unknown": "x"}
    sealed = seal_personal(Enrol, given_, KEY.sealing)
    assert sealed == {**given_, "name": sealed["name"]}
    assert "王伟" not in json.dumps(sealed, ensure_ascii=False)
    assert unseal_personal(Enrol, sealed, KEY.sealing) == given_


def test_a_sealed_value_does_not_fit_another_field() -> None:
    sealed = seal_personal(Enrol, {"pin": "1234"}, KEY.sealing)
    with pytest.raises(Unsealable) as refused:
        unseal_personal(Enrol, {"name": sealed["pin"]}, KEY.sealing)
    assert refused.value.field == "name"


class Unreachable(Refusal):
    code = "bank.unreachable"
    kind = Kind.UNAVAILABLE
    zh = en = "unreachable"


class NotProven(Refusal):
    code = "bank.not-proven"
    kind = Kind.UNAUTHENTICATED
    zh = en = "not proven"


class Desk:
    """A service as `respond` sees it, without a bus."""

    name = "bank"
    circumstances = context.Context(actor="account")

    def __init__(self, bank: Bank, key: PersonalDataKey | None) -> None:
        self.runtime = SimpleNamespace(application=bank, commands=Commands(bank, b"k"), key=key)
        self.saw: list[dict[str, Any]] = []
        self.refuse: Refusal | None = None

    def enrol(self, **values: Any) -> Decision:
        self.saw.append(values)
        if self.refuse is not None:
            raise self.refuse
        return Decision({"city": values["city"]})

    def answer(self, input_: dict[str, Any], id_: str = "", **more: Any) -> dict[str, Any]:
        payload = {"input": input_, "command_id": id_ or new_id()}
        return respond(self, Enrol, self.enrol, payload, **more)  # type: ignore[arg-type]


@pytest.fixture
def desk(bank: Bank) -> Desk:
    return Desk(bank, KEY)


PERSON = {"name": "王伟", "id_number": "34010120000101123X", "city": "合肥"}


def test_a_service_unseals_before_it_parses(desk: Desk) -> None:
    sealed = seal_personal(Enrol, PERSON, KEY.sealing)
    assert desk.answer(sealed) == {"result": {"city": "合肥"}}
    assert desk.saw == [{**PERSON, "pin": None}]


def test_a_repeat_sealed_anew_is_the_same_command(desk: Desk) -> None:
    id_ = new_id()
    for _ in range(2):
        sealed = seal_personal(Enrol, PERSON, KEY.sealing)
        assert desk.answer(sealed, id_) == {"result": {"city": "合肥"}}
    sealed = seal_personal(Enrol, {**PERSON, "name": "李娜"}, KEY.sealing)
    assert desk.answer(sealed, id_)["error"]["data"]["fields"] == ["name"]


def test_personal_text_in_clear_is_refused_naming_the_field(desk: Desk) -> None:
    sealed = seal_personal(Enrol, PERSON, KEY.sealing)
    error = desk.answer({**sealed, "name": "王伟"})["error"]
    assert error["code"] == "input.invalid"
    assert list(error["data"]["fields"]) == ["name"]
    assert "王伟" not in json.dumps(error, ensure_ascii=False)
    assert desk.saw == []


@pytest.mark.parametrize("input_", [None, [], "x", {"name": 7, "city": "c"}])
def test_input_of_another_form_is_refused(desk: Desk, input_: Any) -> None:
    assert desk.answer(input_)["error"]["code"] == "input.invalid"


def test_without_a_key_nothing_is_sealed(bank: Bank) -> None:
    desk = Desk(bank, None)
    assert desk.answer(PERSON) == {"result": {"city": "合肥"}}


def test_what_is_presented_is_not_stored(desk: Desk, bank: Bank) -> None:
    def present(service: Any, result: dict[str, Any]) -> dict[str, Any]:
        return {**result, "token": "t-o-k-e-n"}

    id_ = new_id()
    for _ in range(2):
        sealed = seal_personal(Enrol, PERSON, KEY.sealing)
        shown = desk.answer(sealed, id_, present=present)
        assert shown == {"result": {"city": "合肥", "token": "t-o-k-e-n"}}
    stored = bank.database.rows("SELECT digests, outcome FROM commands")
    assert [json.loads(row["outcome"]) for row in stored] == [{"result": {"city": "合肥"}}]
    desk.refuse = Unreachable()
    sealed = seal_personal(Enrol, PERSON, KEY.sealing)
    assert "result" not in desk.answer(sealed, present=present)


def test_of_a_secret_no_digest_is_kept(desk: Desk, bank: Bank) -> None:
    desk.answer(seal_personal(Enrol, {**PERSON, "pin": "1234"}, KEY.sealing))
    row = bank.database.row("SELECT digests FROM commands")
    assert row is not None
    assert set(json.loads(row["digests"])) == {"actor", "city", "command", "id_number", "name"}
    assert desk.saw[0]["pin"] == "1234"


@pytest.mark.parametrize("refusal", [Unreachable(), NotProven()])
def test_a_refusal_that_is_not_final_can_be_tried_again(
    desk: Desk, bank: Bank, refusal: Refusal
) -> None:
    id_ = new_id()
    desk.refuse = refusal
    refused = desk.answer(seal_personal(Enrol, PERSON, KEY.sealing), id_)
    assert refused["error"]["code"] == refusal.code
    assert bank.database.rows("SELECT * FROM commands") == []
    sequencer(bank.database, bank.log).step()
    assert bank.log_reader.size() == 0
    desk.refuse = None
    assert desk.answer(seal_personal(Enrol, PERSON, KEY.sealing), id_)["result"]


def test_who_is_not_proven_learns_no_stored_outcome(desk: Desk) -> None:
    id_ = new_id()
    desk.answer(seal_personal(Enrol, PERSON, KEY.sealing), id_)
    desk.refuse = NotProven()
    again = desk.answer(seal_personal(Enrol, PERSON, KEY.sealing), id_)
    assert again["error"]["code"] == "bank.not-proven"


def test_a_repeated_refusal_is_as_final_as_the_first() -> None:
    assert not StoredRefusal(Unreachable().as_dict()).final
    assert StoredRefusal({"code": "x", "kind": "conflict"}).final


@pytest.mark.parametrize("key", ["", "0f"])
def test_no_service_is_served_without_a_key(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONAL_DATA_KEY", key)
    deployable = host.Deployable(type("Plain", (), {"name": "plain"}))
    with pytest.raises(BadKey):
        host.serve(deployable)
    monkeypatch.setattr(host, "deployables", lambda: {"plain": deployable})
    refused = CliRunner().invoke(cli.main, ["serve", "plain"])
    assert refused.exit_code == 1
    assert "PERSONAL_DATA_KEY" in refused.output
    assert "Traceback" not in refused.output
