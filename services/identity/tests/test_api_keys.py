"""API keys: for programs, within scopes, until a day; revocable at once."""

from datetime import timedelta

import pytest

from identity.application import Identity
from schemas import roles
from schemas.identity.api_keys import SCOPES, IssueApiKey, ListApiKeys, RevokeApiKey
from schemas.identity.sessions import EndSessions, SignOut, WhoIs
from schemas.registry import CONTRACTS
from services.identity.tests.conftest import NOON, PASSWORD, Desk, Move

READ = {"label": "会计软件", "scopes": ["voucher-ledger.read", "matching.read"]}


@pytest.mark.article(27, 34)
def test_a_key_stands_for_its_account_within_its_scopes(desk: Desk, at_noon: Move) -> None:
    account = desk.account("wang")
    key = desk.result(IssueApiKey, account, **READ, days=30)
    assert key["token"].startswith("wck_")
    found = desk.result(WhoIs, token=key["token"])
    assert found["account_id"] == account
    assert found["scopes"] == ["account", "matching.read", "voucher-ledger.read"]
    [listed] = desk.rows(ListApiKeys, account)
    assert listed.pop("used_at") == "2026-11-01T04:00:00.000000Z"
    assert listed == {
        "key_id": key["key_id"],
        "label": "会计软件",
        "scopes": ["matching.read", "voucher-ledger.read"],
        "expires_at": "2026-12-01T04:00:00.000000Z",
        "state": "good",
    }
    at_noon(NOON + timedelta(days=30))
    assert desk.code(WhoIs, token=key["token"]) == "identity.not-signed-in"
    [listed] = desk.rows(ListApiKeys, account)
    assert listed["state"] == "expired"


@pytest.mark.article(34, 35)
def test_a_revoked_key_is_of_no_use(desk: Desk) -> None:
    account, other = desk.account(), desk.account()
    key = desk.result(IssueApiKey, account, **READ)
    assert desk.code(RevokeApiKey, other, key_id=key["key_id"]) == "resource.not-found"
    assert desk.result(RevokeApiKey, account, key_id=key["key_id"]) == {}
    assert desk.code(WhoIs, token=key["token"]) == "identity.not-signed-in"
    assert desk.code(RevokeApiKey, account, key_id=key["key_id"]) == "identity.api-key-revoked"
    assert desk.types()[-2:] == ["ApiKeyIssued", "ApiKeyRevoked"]


def test_signing_out_everywhere_leaves_programs_at_work(desk: Desk) -> None:
    account = desk.account("wang")
    token, key = desk.token("wang"), desk.result(IssueApiKey, account, **READ)["token"]
    desk.result(EndSessions, account, token=token)
    assert desk.code(WhoIs, token=token) == "identity.not-signed-in"
    assert desk.result(WhoIs, token=key)


def test_staff_keys_only_read(desk: Desk) -> None:
    account = desk.staff(roles.SUPERVISOR)
    given = {"label": "replay", "scopes": ["oversight.read", "oversight.write"]}
    assert desk.code(IssueApiKey, account, **given) == "identity.staff-keys-only-read"
    assert desk.result(IssueApiKey, account, label="replay", scopes=["oversight.read"])


@pytest.mark.parametrize(
    "given",
    [
        {"label": "x", "scopes": []},
        {"label": "x", "scopes": ["identity.write"]},
        {"label": "x", "scopes": ["matching"]},
        {"label": "", "scopes": ["matching.read"]},
        {"label": "x", "scopes": ["matching.read"], "days": 0},
        {"label": "x", "scopes": ["matching.read"], "days": 366},
    ],
)
def test_bad_keys_are_not_issued(desk: Desk, given: dict[str, object]) -> None:
    assert desk.code(IssueApiKey, desk.account(), **given) == "input.invalid"


def test_an_account_has_twenty_keys_at_the_most(desk: Desk) -> None:
    account = desk.account()
    for _ in range(20):
        key = desk.result(IssueApiKey, account, **READ)
    assert desk.code(IssueApiKey, account, **READ) == "identity.too-many-keys"
    desk.result(RevokeApiKey, account, key_id=key["key_id"])
    assert desk.result(IssueApiKey, account, **READ)


def test_one_kind_of_token_is_not_taken_for_another(desk: Desk, app: Identity) -> None:
    account = desk.account("wang")
    token, key = desk.token("wang"), desk.result(IssueApiKey, account, **READ)
    for made_up in (
        "wck_" + token,
        key["token"].removeprefix("wck_"),
        app.tokens.issue(key["key_id"]),
        "wck_" + app.tokens.issue(key["key_id"]),
        app.api_keys.issue(token.split(".")[0]),
        "wck_",
    ):
        assert desk.code(WhoIs, token=made_up) == "identity.not-signed-in"
    assert desk.code(SignOut, token=key["token"]) == "identity.not-signed-in"


def test_every_contract_has_a_scope_and_no_key_touches_an_account() -> None:
    for contract in CONTRACTS:
        scope = contract.needed_scope()
        if contract.service == "identity":
            assert scope not in SCOPES
        else:
            assert scope in SCOPES


def test_neither_label_nor_token_is_in_the_log(desk: Desk) -> None:
    account = desk.account("wang")
    key = desk.result(IssueApiKey, account, **READ)
    text = "".join(entry.text for entry in desk.log())
    for row in desk.app.database.rows("SELECT outcome, digests FROM commands"):
        text += row["outcome"] + row["digests"]
    for word in ("会计软件", key["token"], key["token"].split(".")[1], PASSWORD):
        assert word not in text
