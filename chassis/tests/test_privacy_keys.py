"""Personal data in answers, keys set apart from the master key, and who needs which."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import fields

from chassis import context
from chassis.bus.host import Deployable, carries_personal_data
from chassis.commands import Commands
from chassis.contract import Contract, Query, Text, View
from chassis.privacy import (
    BadKey,
    PersonalDataKey,
    Unsealable,
    available,
    is_personal,
    seal_view,
    unseal,
    unseal_view,
)
from chassis.service import handles, respond
from chassis.settings import Settings
from chassis.tests.conftest import Bank

ONE, TWO = "0f" * 32, "1e" * 32
KEY = PersonalDataKey.load(ONE)


class PersonView(View):
    name = fields.String(metadata={"personal": True})
    papers = fields.Dict(metadata={"personal": True})
    city = fields.String()


class ShowPerson(Query):
    service = "bank"
    view = PersonView


class ListPersons(Query):
    service = "bank"
    view = PersonView
    is_list = True


class ShowCity(Query):
    service = "bank"
    city = Text(40, load_default="")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(JSON, JSON)
def test_personal_fields_of_answers_travel_sealed(name: Any, papers: Any) -> None:
    shown = {"name": name, "papers": papers, "city": "合肥"}
    sealed = seal_view(ShowPerson, shown, KEY.sealing)
    assert sealed["city"] == "合肥"
    assert all(sealed[field].startswith("sealed:1:") for field in ("name", "papers"))
    assert unseal_view(ShowPerson, sealed, KEY.sealing) == shown
    several = [shown, {"city": "芜湖"}]
    assert (
        unseal_view(ListPersons, seal_view(ListPersons, several, KEY.sealing), KEY.sealing)
        == several
    )


@pytest.mark.parametrize("wrong", ["张三", None, {"name": "张三"}, "sealed:1:AAAA"])
def test_an_answer_that_came_unsealed_is_refused_naming_the_field(wrong: Any) -> None:
    with pytest.raises(Unsealable) as refused:
        unseal_view(ShowPerson, {"name": wrong}, KEY.sealing)
    assert refused.value.field == "name"
    assert "张三" not in str(refused.value)


def test_an_answer_of_another_contract_or_field_is_refused() -> None:
    sealed = seal_view(ShowPerson, {"name": "张三", "papers": {}}, KEY.sealing)
    with pytest.raises(Unsealable):
        unseal_view(ListPersons, sealed, KEY.sealing)
    with pytest.raises(Unsealable):
        unseal_view(ShowPerson, {"name": sealed["papers"]}, KEY.sealing)


def test_a_contract_without_personal_fields_is_left_alone() -> None:
    shown = {"sealed": object()}
    assert seal_view(ShowCity, shown, KEY.sealing) is shown


def test_a_service_seals_what_it_answers(bank: Bank) -> None:
    runtime = SimpleNamespace(application=bank, commands=Commands(bank), key=KEY)
    service: Any = SimpleNamespace(
        name="bank", runtime=runtime, circumstances=context.Context(actor="system:test")
    )
    answer = {"name": "张三", "papers": {"n": 1}, "city": "合肥"}
    outcome = respond(service, ShowPerson, lambda: answer, {"input": {}})
    assert "张三" not in str(outcome)
    assert unseal_view(ShowPerson, outcome["result"], KEY.sealing) == answer


def test_the_present_master_key_is_the_first() -> None:
    both = PersonalDataKey.load(f"{ONE} {TWO}")
    assert both.derive("wrap/1") == PersonalDataKey.load(ONE).derive("wrap/1")
    assert both.derive_all("wrap/1") == [
        PersonalDataKey.load(each).derive("wrap/1") for each in (ONE, TWO)
    ]


@pytest.mark.parametrize(
    ("text", "lookup", "transit", "named"),
    [
        (f"{ONE} x", "", "", "PERSONAL_DATA_KEY"),
        (ONE, ONE, "", "PERSONAL_DATA_LOOKUP_KEY"),
        (ONE, "", ONE + "00", "PERSONAL_DATA_TRANSIT_KEY"),
    ],
)
def test_a_malformed_key_is_named_and_not_shown(
    text: str, lookup: str, transit: str, named: str
) -> None:
    with pytest.raises(BadKey, match=named) as refused:
        PersonalDataKey.load(text, lookup, transit)
    assert ONE not in str(refused.value)


def test_the_gateway_needs_the_transit_key_alone() -> None:
    transit = PersonalDataKey.load(ONE).sealing.hex()
    key = available(Settings(personal_data_transit_key=transit))
    assert key is not None
    assert key.sealing == KEY.sealing
    for other in ("lookup", "command_digests"):
        with pytest.raises(BadKey):
            getattr(key, other)
    assert unseal(key.sealing, seal_view(ShowPerson, {"name": "x"}, KEY.sealing)["name"],
                  "view:bank.show_person.name") == '"x"'  # fmt: skip


def test_without_any_key_nothing_is_available(tmp_path: Path) -> None:
    assert available(Settings()) is None
    file = tmp_path / "key"
    file.write_text(f"{ONE}\n{TWO}\n")
    settings = Settings(personal_data_key_file=str(file))
    found = available(settings)
    assert found is not None
    assert len(found.derive_all("x")) == 2
    with pytest.raises(BadKey, match="not both"):
        available(replace(settings, personal_data_key=ONE))


def test_who_carries_personal_data_is_who_has_a_contract_with_some() -> None:
    def deployed(*contracts: type[Contract], migrations: Path | None = Path()) -> Deployable:
        def entrypoint(contract: type[Contract]) -> Any:
            def method(self: Any) -> dict[str, Any]:
                return {}

            method.__name__ = contract.method()
            return handles(contract)(method)

        members = {contract.method(): entrypoint(contract) for contract in contracts}
        return Deployable(type("Deployed", (), {"name": "deployed", **members}), migrations)

    assert is_personal(ShowPerson)
    assert not is_personal(ShowCity)
    assert carries_personal_data(deployed(ShowCity, ShowPerson))
    assert not carries_personal_data(deployed(ShowCity))
    assert carries_personal_data(deployed(ShowCity, migrations=None)), "the gateway carries all"


@pytest.mark.article(17, 36)
def test_each_digest_has_a_key_of_its_own_that_outlives_the_master_key() -> None:
    rotated = PersonalDataKey.load(
        f"{TWO} {ONE}", lookup=KEY.lookup.hex() + KEY.command_digests.hex()
    )
    for name in ("lookup", "accounts", "devices"):
        assert getattr(rotated, name) == getattr(KEY, name), name
    assert rotated.marks != KEY.marks, "browsers are given new marks"
    keys = [KEY.lookup, KEY.accounts, KEY.devices, KEY.marks, KEY.sealing, KEY.command_digests]
    assert len(set(keys)) == len(keys)
