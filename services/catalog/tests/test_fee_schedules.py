"""Operator and provider agree on fees, each by a signature of its own (art. 6, 15)."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from chassis.canonical import canonical
from chassis.domain import new_id
from schemas import roles
from schemas.fee_schedules import (
    DeclineFeeSchedule,
    ListFeeSchedules,
    ProposeFeeSchedule,
    SignFeeSchedule,
    WithdrawFeeSchedule,
)
from services.catalog.tests.conftest import Desk, Move

COMPANY = "company"
"""What the operator's staff act for; their account is named after it here."""

Said = dict[str, Any]


def propose(desk: Desk, provider: str, who: str = COMPANY, **changed: Any) -> Said:
    """A proposal of the operator's, or of who is named."""
    role = roles.OPERATOR if who == COMPANY else roles.PROVIDER
    given: Said = {"provider": provider, "rate_bp": 500, "valid_from": "2026-03-01", **changed}
    found: Said = desk.result(ProposeFeeSchedule, who, role, **given)
    return found


def answer(view: Said) -> Said:
    """What a signature of it says."""
    return {name: view[name] for name in ("provider", "number", "content_sha256")}


def sign(desk: Desk, view: Said, who: str | None = None) -> Said:
    """The provider's signature, or the operator's."""
    who = who or view["provider"]
    role = roles.OPERATOR if who == COMPANY else roles.PROVIDER
    found: Said = desk.result(SignFeeSchedule, who, role, **answer(view))
    return found


@pytest.mark.article(15)
def test_a_schedule_holds_once_both_signed_the_same_text(desk: Desk) -> None:
    provider = desk.provider()
    view = propose(desk, provider, rates={"enterprise.legal": 300})
    said = {name: view[name] for name in ("provider", "number", "rate_bp", "valid_from")}
    content = {**said, "rates": {"enterprise.legal": 300}}
    assert view["content_sha256"] == sha256(canonical(content)).hexdigest()
    assert (view["state"], view["side"], view["number"]) == ("proposed", "operator", 1)

    signed = sign(desk, view)
    assert signed == {**view, "state": "signed"}
    assert desk.result(ListFeeSchedules, provider, roles.PROVIDER) == [signed]
    assert [entry.type.partition(".")[2] for entry in desk.log()] == [
        "FeeScheduleOpened",
        "FeeScheduleProposed",
        "FeeScheduleSigned",
    ]
    last = desk.log()[-1]
    assert last.data == {
        "number": 1,
        "side": "provider",
        "signer": f"account-of-{provider}",
        "content_sha256": view["content_sha256"],
    }


@pytest.mark.article(15)
def test_a_later_version_takes_the_place_of_the_first_and_both_are_kept(desk: Desk) -> None:
    provider = desk.provider()
    first = sign(desk, propose(desk, provider))
    second = propose(desk, provider, who=provider, rate_bp=0, valid_from="2026-04-01")
    assert (second["number"], second["side"]) == (2, "provider")
    second = sign(desk, second, COMPANY)
    assert desk.result(ListFeeSchedules, "", roles.SUPERVISOR, provider=provider) == [first, second]


@pytest.mark.article(15)
def test_the_other_side_declines_and_the_own_withdraws(desk: Desk) -> None:
    provider = desk.provider()
    first = propose(desk, provider)
    given = {"provider": provider, "number": 1}
    no: Said = {**given, "reason": "比例过高"}
    mine = desk.code(DeclineFeeSchedule, COMPANY, roles.OPERATOR, **no)
    assert mine == "catalog.fee-schedule-side"
    theirs = desk.code(WithdrawFeeSchedule, provider, roles.PROVIDER, **given)
    assert theirs == "catalog.fee-schedule-side"
    declined = desk.result(DeclineFeeSchedule, provider, roles.PROVIDER, **no)
    assert declined == {**first, "state": "declined", "reason": "比例过高"}

    again = propose(desk, provider, rate_bp=400)
    withdrawn = desk.result(WithdrawFeeSchedule, COMPANY, roles.OPERATOR, **{**given, "number": 2})
    assert withdrawn == {**again, "state": "withdrawn"}
    late = desk.code(SignFeeSchedule, provider, roles.PROVIDER, **answer(again))
    assert late == "catalog.fee-schedule-not-waiting"


@pytest.mark.article(15)
def test_one_proposal_waits_at_a_time(desk: Desk) -> None:
    provider = desk.provider()
    propose(desk, provider)
    given: Said = {"provider": provider, "rate_bp": 1, "valid_from": "2026-03-01"}
    code = desk.code(ProposeFeeSchedule, provider, roles.PROVIDER, **given)
    assert code == "catalog.fee-schedule-waiting"


@pytest.mark.article(15)
def test_what_is_signed_is_what_was_read_and_by_the_other_side(desk: Desk) -> None:
    provider = desk.provider()
    view = propose(desk, provider)
    other = {**answer(view), "content_sha256": "0" * 64}
    code = desk.code(SignFeeSchedule, provider, roles.PROVIDER, **other)
    assert code == "catalog.fee-schedule-differs"
    code = desk.code(SignFeeSchedule, COMPANY, roles.OPERATOR, **answer(view))
    assert code == "catalog.fee-schedule-side"
    code = desk.code(SignFeeSchedule, provider, roles.OPERATOR, **answer(view))
    assert code == "catalog.fee-schedule-side"
    assert sign(desk, view)["state"] == "signed"
    code = desk.code(SignFeeSchedule, provider, roles.PROVIDER, **answer(view))
    assert code == "catalog.fee-schedule-not-waiting"


@pytest.mark.article(15)
def test_one_account_does_not_sign_for_both_sides(desk: Desk) -> None:
    provider = desk.provider()
    given: Said = {"provider": provider, "rate_bp": 1, "valid_from": "2026-03-01"}
    view = desk.result(ProposeFeeSchedule, provider, roles.OPERATOR, **given)
    code = desk.code(SignFeeSchedule, provider, roles.PROVIDER, **answer(view))
    assert code == "catalog.fee-schedule-one-signer"


@pytest.mark.article(15)
def test_a_provider_speaks_for_itself_alone(desk: Desk) -> None:
    provider, other = desk.provider(), desk.provider()
    view = propose(desk, provider)
    given: Said = {"provider": provider, "rate_bp": 1, "valid_from": "2026-03-01"}
    number = {"provider": provider, "number": 1}
    for contract, said in (
        (ProposeFeeSchedule, given),
        (SignFeeSchedule, answer(view)),
        (DeclineFeeSchedule, {**number, "reason": "不同意"}),
        (WithdrawFeeSchedule, number),
    ):
        code = desk.code(contract, other, roles.PROVIDER, **said)
        assert code == "catalog.fee-schedule-not-party", contract.__name__
    assert desk.result(ListFeeSchedules, other, roles.PROVIDER, provider=provider) == []


@pytest.mark.article(6, 15)
def test_no_fee_is_agreed_with_the_government_or_with_who_is_no_provider(desk: Desk) -> None:
    given: Said = {"rate_bp": 1, "valid_from": "2026-03-01"}
    for nobody in (desk.provider(may_charge=False), desk.verified(), new_id()):
        code = desk.code(ProposeFeeSchedule, COMPANY, roles.OPERATOR, provider=nobody, **given)
        assert code == "catalog.fee-schedule-not-chargeable"


@pytest.mark.article(15, 40)
@pytest.mark.parametrize("day", ["2026-02-28", "2017-12-31"])
def test_nothing_is_agreed_for_days_that_are_past(desk: Desk, day: str) -> None:
    given: Said = {"provider": desk.provider(), "rate_bp": 1, "valid_from": day}
    code = desk.code(ProposeFeeSchedule, COMPANY, roles.OPERATOR, **given)
    assert code == "catalog.fee-schedule-retroactive"


@pytest.mark.article(15)
def test_what_waited_past_its_day_is_proposed_anew(desk: Desk, at_noon: Move) -> None:
    provider = desk.provider()
    view = propose(desk, provider)
    at_noon(datetime(2026, 3, 2, 4, tzinfo=UTC))
    code = desk.code(SignFeeSchedule, provider, roles.PROVIDER, **answer(view))
    assert code == "catalog.fee-schedule-retroactive"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rate_bp", -1),
        ("rate_bp", 10_001),
        ("rate_bp", 1.5),
        ("rate_bp", True),
        ("rates", {"policy.query": 1}),
        ("rates", {"enterprise.legal": 10_001}),
        ("rates", [1]),
        ("valid_from", "2026-02-30"),
        ("provider", "somebody"),
    ],
)
def test_bad_input_is_refused_naming_the_field(desk: Desk, field: str, value: object) -> None:
    given: Said = {"provider": new_id(), "rate_bp": 1, "valid_from": "2026-03-01"}
    outcome = desk.ask(ProposeFeeSchedule, COMPANY, roles.OPERATOR, **{**given, field: value})
    assert outcome["error"]["code"] == "input.invalid"
    assert list(outcome["error"]["data"]["fields"]) == [field]
    assert desk.log() == []


@pytest.mark.article(8, 15)
def test_versions_are_listed_by_provider_a_page_at_a_time(desk: Desk) -> None:
    providers = sorted(desk.provider() for _ in range(3))
    for provider in providers:
        sign(desk, propose(desk, provider))
    propose(desk, providers[0], valid_from="2026-05-01")

    def page(**asked: Any) -> list[tuple[str, int]]:
        found = desk.result(ListFeeSchedules, "", roles.SUPERVISOR, **asked)
        return [(each["provider"], each["number"]) for each in found]

    first, second, third = providers
    assert page(limit=2) == [(first, 1), (first, 2), (second, 1)]
    assert page(limit=2, after=second) == [(third, 1)]
    assert page(state="proposed") == [(first, 2)]
    assert page(state="declined") == []
