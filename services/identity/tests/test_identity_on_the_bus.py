"""Identity in its container, asked over the bus as the gateway asks it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chassis import context
from chassis.bus import memory
from chassis.bus.host import Deployable, container, prepare
from chassis.bus.rpc import Caller, RpcClient
from chassis.contract import Contract
from chassis.domain import new_id
from chassis.privacy import PersonalDataKey, seal_personal, unseal_view
from chassis.settings import Settings
from identity.service import SERVICE
from schemas.identity.accounts import GetAccount
from schemas.identity.sessions import SignIn, WhoIs
from services.identity.tests.conftest import KEY, PASSWORD

SEALING = PersonalDataKey.load(KEY).sealing


class CallerService:
    """Something that calls."""

    name = "caller"
    caller = Caller()


@pytest.fixture
def client(settings: Settings) -> Iterator[RpcClient]:
    prepare()
    settings = replace(settings, amqp_url=memory.URL, owner_password=PASSWORD, db_pool_size=4)
    running = [container(each, settings) for each in (Deployable(CallerService), SERVICE)]
    for each in running:
        each.start()
    caller = next(each for each in running[0].dependencies if isinstance(each, Caller))
    yield caller.client
    for each in running:
        each.kill()
    memory.clear()


def call(
    client: RpcClient, contract: type[Contract], actor: str = "nobody", **given: Any
) -> dict[str, Any]:
    payload = {"input": seal_personal(contract, given, SEALING), "command_id": new_id()}
    with context.bound(context.Context(actor=actor)):
        outcome = client.call(contract.service, contract.method(), payload, 30)
    if "result" in outcome:
        outcome["result"] = unseal_view(contract, outcome["result"], SEALING)
    return outcome


def test_the_owner_can_sign_in_once_the_service_runs(client: RpcClient) -> None:
    outcome = call(client, SignIn, login="owner", password=PASSWORD)
    assert "result" in outcome, outcome
    session = outcome["result"]
    account = call(client, WhoIs, token=session["token"])["result"]
    assert (account["roles"], account["region"]) == (["hrss-province"], "340000")
    assert session["enrolling"], "staff set up their second factor first"
    assert account.pop("authorities") == {}
    assert account.pop("scopes") == ["account", "enrolment"]
    assert call(client, GetAccount, actor=account["account_id"]) == {"result": account}


def test_a_password_in_clear_is_refused(client: RpcClient) -> None:
    payload = {"input": {"login": "owner", "password": PASSWORD}, "command_id": new_id()}
    with context.bound(context.Context(actor="nobody")):
        outcome = client.call("identity", "sign_in", payload, 30)
    assert outcome["error"]["code"] == "input.invalid"
    assert PASSWORD not in str(outcome)
