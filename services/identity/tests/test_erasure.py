"""Erasure: the conflict with retention shown, processing stopped, the key destroyed on its day."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from authorities.synthetic import Firm, Person
from chassis import context
from chassis.application import Decision
from chassis.commands import Command
from chassis.domain import new_id
from chassis.settings import Settings
from identity.application import Identity
from identity.registries import Registries
from identity.sealing import AES, SM4
from schemas.identity.admission import RegisterFirm, RegisterPerson
from schemas.identity.personal_data import (
    AccessPersonalData,
    GetPersonalData,
    GiveConsent,
    PreviewErasure,
    RequestErasure,
    WithdrawErasure,
)
from schemas.identity.providers import RegisterProvider
from schemas.identity.sessions import SignIn
from services.identity.tests.conftest import OFFER, PASSWORD, Desk, Move, News, Simulator
from services.identity.tests.erasure import HALF_A_YEAR, Someone, erase, noon, someone
from services.identity.tests.test_personal_data import dump, lines

__all__ = ["lines", "someone"]


@pytest.mark.article(36)
def test_the_conflict_is_shown_first_and_nothing_happens(someone: Someone) -> None:
    before = someone.desk.types()
    found = someone.preview()
    assert (found["state"], found["destroy_on"]) == ("none", HALF_A_YEAR)
    assert found["scope"] == ["id_number", "name"]
    (duty,) = found["retained"]
    assert (duty["what"], duty["until"], duty["certain"]) == ("network-logs", HALF_A_YEAR, False)
    assert (found["blocked_by"], found["waits_for"]) == ([], [])
    assert "processing-stops" in found["at_once"]
    assert "sealed-log" in found["remains"]
    assert someone.desk.types() == before


@pytest.mark.article(36)
def test_duties_to_keep_are_counted_from_what_happened(
    someone: Someone, news: News, at_noon: Move
) -> None:
    order, voucher, redemption, provider = (new_id() for _ in range(4))
    parties = {"user": someone.subject, "provider": provider, "voucher_id": voucher}
    news.tell("voucher-ledger.VoucherGranted", voucher, holder=someone.subject, use_by="2026-12-31")
    news.tell("matching.OrderPlaced", order, **parties)
    assert [one["kind"] for one in someone.preview()["blocked_by"]] == ["order"]
    news.tell("matching.OrderAccepted", order, voucher_id=voucher)
    found = someone.preview()
    assert found["blocked_by"] == []
    assert found["waits_for"] == [{"kind": "voucher", "id": voucher, "until": "2026-12-31"}]
    until = {duty["what"]: (duty["until"], duty["certain"]) for duty in found["retained"]}
    assert until == {"network-logs": (HALF_A_YEAR, False), "trades": ("2029-11-01", True)}
    news.tell("voucher-ledger.VoucherRedeemed", voucher, order_id=order, provider=provider)
    applied: Any = {"order_id": order, "provider": provider, "voucher_id": voucher}
    news.tell("voucher-ledger.RedemptionApplied", redemption, **applied)
    news.tell("voucher-ledger.RedemptionPaid", redemption)
    found = someone.preview()
    last = {duty["what"]: duty["until"] for duty in found["retained"]}
    assert last["beneficiaries"] == "2037-01-01"
    assert found["destroy_on"] == "2037-01-01"
    assert all(duty["zh"] and duty["en"] and duty["law"] for duty in found["retained"])


@pytest.mark.article(36)
def test_what_goes_on_is_finished_first(desk: Desk, firm: Firm, news: News) -> None:
    account = desk.account()
    papers: Any = {
        "name": firm.name,
        "uscc": firm.uscc,
        "legal_representative": firm.legal_representative,
    }
    subject = str(desk.result(RegisterProvider, account, **papers, **OFFER)["subject_id"])
    listing, order, voucher, redemption = (new_id() for _ in range(4))

    def blocked() -> list[str]:
        found = desk.result(PreviewErasure, account)
        outcome = desk.ask(RequestErasure, account, preview=found["preview"])
        kinds = [one["kind"] for one in found["blocked_by"]]
        assert bool(kinds) == (outcome.get("error", {}).get("code") == "identity.erasure-blocked")
        return kinds

    news.tell("catalog.ListingPublished", listing, provider=subject)
    assert blocked() == ["listing"]
    news.tell("voucher-ledger.VoucherGranted", voucher, holder=new_id(), redeem_by="2027-03-31")
    news.tell("matching.OrderPlaced", order, user=new_id(), provider=subject)
    assert blocked() == ["listing", "order"]
    news.tell("matching.OrderAccepted", order)
    news.tell("voucher-ledger.VoucherRedeemed", voucher, order_id=order, provider=subject)
    news.tell("catalog.ListingWithdrawn", listing)
    assert blocked() == ["share"]
    news.tell("voucher-ledger.RedemptionApplied", redemption, order_id=order, provider=subject)
    assert blocked() == ["redemption"]
    news.tell("voucher-ledger.RedemptionPaid", redemption)
    found = desk.result(PreviewErasure, account)
    assert {duty["what"]: duty["until"] for duty in found["retained"]}["payees"] == "2057-01-01"
    assert blocked() == []
    assert desk.log()[-1].event["seen"] == {"catalog": 1, "matching": 1, "voucher-ledger": 3}


@pytest.mark.article(36)
def test_from_the_request_on_processing_stops(
    desk: Desk, someone: Someone, firm: Firm, person: Person
) -> None:
    given: Any = {"given_to": "role:operator", "purpose": "complaint", "scope": ["name"]}
    consent = desk.result(GiveConsent, someone.account, **given, valid_until="2026-12-31")["id"]
    assert someone.roles() == ["user"]
    result = someone.ask()["result"]
    assert (result["state"], result["destroy_on"]) == ("under-way", HALF_A_YEAR)
    assert someone.roles() == []
    event = desk.log()[-1]
    assert event.type == "identity.PersonalDataErasureRequested"
    assert event.data["roles"] == ["user"]
    assert event.data["retained"][0]["law"] == "网络安全法 art. 21 (3)"
    asked: Any = {"name": person.name, "id_number": person.id_number}
    code = "identity.erasure-under-way"
    assert desk.code(RegisterPerson, someone.account, **asked) == code
    assert desk.code(GiveConsent, someone.account, **given, valid_until="2026-12-31") == code
    assert desk.code(RequestErasure, someone.account, preview="0" * 64) == code
    staff: Any = {"subject_id": someone.subject, "scope": ["name"], "consent_id": consent}
    assert desk.as_staff("operator").code(AccessPersonalData, **staff) == code
    law: Any = {"legal_basis": "supervision", "file_number": "监1号", "scope": ["name"]}
    supervisor = desk.as_staff("supervisor")
    assert supervisor.result(AccessPersonalData, subject_id=someone.subject, **law)["data"]
    own = desk.result(GetPersonalData, someone.account)
    assert own["data"]["name"] == person.name, "one's own stays readable until the key goes"
    assert (own["requested_on"], own["destroy_on"]) == ("2026-11-01", HALF_A_YEAR)


@pytest.mark.article(36)
def test_a_request_can_be_withdrawn_and_made_again(
    desk: Desk, someone: Someone, at_noon: Move
) -> None:
    assert desk.code(WithdrawErasure, someone.account) == "identity.no-erasure-under-way"
    someone.ask()
    assert desk.result(WithdrawErasure, someone.account)["state"] == "none"
    assert someone.roles() == ["user"]
    event = desk.log()[-1]
    assert event.data["roles"] == ["user"]
    at_noon(noon("2030-01-01"))
    assert erase(desk) == 0
    assert someone.ask()["result"]["destroy_on"] == "2030-07-01"


@pytest.mark.article(36)
def test_a_preview_that_is_not_the_present_one_is_read_again(
    desk: Desk, someone: Someone, news: News
) -> None:
    old = someone.preview()["preview"]
    news.tell(
        "voucher-ledger.VoucherGranted", new_id(), holder=someone.subject, use_by="2027-12-31"
    )
    code = desk.code(RequestErasure, someone.account, preview=old)
    assert code == "identity.preview-outdated"
    assert someone.ask()["result"]["destroy_on"] == "2028-01-01"


@pytest.mark.article(36)
def test_the_key_is_destroyed_on_the_day_and_not_before(
    desk: Desk, someone: Someone, at_noon: Move
) -> None:
    someone.ask()
    at_noon(datetime(2027, 4, 30, 15, 59, tzinfo=UTC))
    assert erase(desk) == 0
    at_noon(datetime(2027, 4, 30, 16, 0, tzinfo=UTC))  # midnight in Shanghai
    assert erase(desk) == 1
    assert erase(desk) == 0
    destroyed, erased = desk.log()[-2:]
    assert (destroyed.type, erased.type) == (
        "identity.SubjectKeyDestroyed",
        "identity.PersonalDataErased",
    )
    assert destroyed.data == {
        "subject": someone.subject,
        "reason": "erasure-requested",
        "basis": "个人信息保护法 art. 47",
        "retained": [{"what": "sealed-log", "law": "管理办法 art. 32", "until": None}],
    }
    assert destroyed.event["actor"] == "system:identity"
    assert desk.app.database.rows("SELECT * FROM subject_keys") == []


@pytest.mark.article(36)
def test_something_that_came_to_light_puts_it_off(
    desk: Desk, someone: Someone, news: News, at_noon: Move
) -> None:
    someone.ask()
    order = new_id()
    news.tell("matching.OrderPlaced", order, user=someone.subject, provider=new_id())
    at_noon(noon("2027-05-03"))
    assert erase(desk) == 0
    deferred = desk.log()[-1]
    assert deferred.type == "identity.PersonalDataErasureDeferred"
    assert deferred.data["destroy_on"] == "2027-06-02"
    assert deferred.data["because"] == [{"kind": "order", "id": order, "until": None}]
    assert erase(desk) == 0
    assert desk.log()[-1] == deferred
    at_noon(noon("2027-06-02"))
    news.tell("matching.OrderAccepted", order)
    assert erase(desk) == 0
    assert desk.log()[-1].data["destroy_on"] == "2030-06-02"
    assert desk.log()[-1].data["because"] == [
        {"kind": "duty", "id": "trades", "until": "2030-06-02"}
    ]
    at_noon(noon("2030-06-02"))
    assert erase(desk) == 1


@pytest.mark.article(36)
@pytest.mark.parametrize("cipher", [AES, SM4])
def test_afterwards_personal_data_is_unreadable_everywhere(
    settings: Settings,
    simulator: Simulator,
    person: Person,
    at_noon: Move,
    lines: io.StringIO,
    cipher: str,
) -> None:
    app = Identity(
        replace(settings, personal_data_cipher=cipher), registries=Registries(simulator.url, 60)
    )
    desk = Desk(app)
    someone = Someone(desk, person)
    law: Any = {"legal_basis": "supervision", "file_number": "监1号", "scope": ["name"]}
    supervisor = desk.as_staff("supervisor")
    supervisor.result(AccessPersonalData, subject_id=someone.subject, **law)
    someone.ask()
    sealing = app.sealing(someone.subject)
    events = [entry.text for entry in desk.log()]
    backup = [row["text"] for row in app.database.rows("SELECT t::text AS text FROM commands t")]
    assert f"sealed:2:{cipher}:" in "".join(events)
    at_noon(noon(HALF_A_YEAR))
    assert erase(desk) == 1
    texts = [dump(app), lines.getvalue(), *events, *backup]
    for secret in (person.name, person.id_number, sealing.key.hex()):
        for form in (secret, json.dumps(secret)[1:-1]):
            assert all(form not in text for text in texts)
    with pytest.raises(Exception, match="subject-erased"):
        app.sealing(someone.subject)
    code = supervisor.code(AccessPersonalData, subject_id=someone.subject, **law)
    assert code == "identity.subject-erased"
    assert desk.code(SignIn, login=someone.login, password=PASSWORD) == "identity.sign-in-failed"
    asked: Any = {"name": person.name, "id_number": person.id_number}
    again = desk.code(RegisterPerson, desk.account(), **asked)
    assert again in {"identity.already-registered", "identity.subject-erased"}
    assert [entry.text for entry in desk.log()][: len(events)] == events, "no event was touched"
    app.close()


@pytest.mark.article(36)
def test_what_was_decided_just_before_a_request_is_decided_anew(desk: Desk, firm: Firm) -> None:
    """An admission that did not see the request is not written after it."""
    account, app, times = desk.account(), desk.app, list[int]()
    papers: Any = {
        "name": firm.name,
        "uscc": firm.uscc,
        "legal_representative": firm.legal_representative,
    }
    desk.result(RegisterFirm, account, **papers)

    def decide() -> Decision:
        decision = app.register_provider(**papers, **OFFER)
        if decision.refusal is not None:
            return decision
        times.append(1)
        preview = desk.result(PreviewErasure, account)["preview"]
        desk.result(RequestErasure, account, preview=preview)
        return decision

    with context.bound(context.Context(actor=account)):
        outcome = desk.commands.execute(Command("register", new_id(), {}), decide)
    assert outcome["error"]["code"] == "identity.erasure-under-way"
    assert times == [1]
    assert "SubjectAdmittedAsProvider" not in desk.types()
