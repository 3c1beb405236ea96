"""Verifications are made anew every six months by the clock; sixty ends new grants (art. 25-26)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import eventlet
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from authorities.synthetic import Firm, Person, Population, id_check_character, population
from chassis import clock
from chassis.settings import Settings
from identity.application import Identity
from identity.domain.age import Completes, completed_years, completes_on
from identity.domain.renewal import GRACE_DAYS, REMIND_DAYS, Renewal, renew_by
from identity.registries import Registries
from identity.registries.breaker import Breaker
from schemas.identity.accounts import GetAccount
from schemas.identity.admission import RegisterFirm, RegisterPerson
from schemas.identity.personal_data import PreviewErasure, RequestErasure
from schemas.identity.providers import RegisterProvider
from schemas.identity.verification import GetVerification, RenewVerification
from services.identity.tests.conftest import OFFER, Desk, Move, Simulator

DUE = date(2027, 5, 1)
"""Six months after the tests' first day."""


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def midnight(day: date) -> datetime:
    """The first instant of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=clock.SHANGHAI).astimezone(UTC)


def user(desk: Desk, person: Person) -> str:
    account = desk.account()
    desk.result(RegisterPerson, account, name=person.name, id_number=person.id_number)
    return account


@pytest.fixture(autouse=True)
def always_asked(app: Identity, simulator: Simulator) -> None:
    app._registries = Registries(simulator.url, 60, pauses=(), breaker=lambda: Breaker(10**9))


@pytest.mark.parametrize(
    ("verified", "due"),
    [
        (date(2026, 11, 1), DUE),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 30), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 6, 30)),
        (date(2028, 2, 29), date(2028, 8, 29)),
    ],
)
def test_six_months_end_on_the_same_day_or_the_last_of_the_month(verified: date, due: date) -> None:
    assert renew_by(verified) == due
    assert renew_by(verified, verified) == verified
    assert Renewal(due).remind_on == due - timedelta(days=REMIND_DAYS)
    assert Renewal(due).lapses_on == due + timedelta(days=GRACE_DAYS)


@pytest.mark.article(16, 26)
def test_a_user_is_reminded_and_verified_anew_on_the_day_by_the_clock(
    desk: Desk, person: Person, at_noon: Move
) -> None:
    account = user(desk, person)
    view = desk.result(GetVerification, account)
    assert (view["verified"], view["renew_by"], view["remind_on"], view["lapses_on"]) == (
        True,
        "2027-05-01",
        "2027-04-17",
        "2027-05-31",
    )
    at_noon(midnight(Renewal(DUE).remind_on) - timedelta(seconds=1))
    assert desk.tick() == 0
    at_noon(midnight(Renewal(DUE).remind_on))
    assert (desk.tick(), desk.tick()) == (1, 0)
    reminder = {"renew_by": "2027-05-01", "lapses_on": "2027-05-31"}
    assert desk.last("SubjectReverificationAnnounced") == reminder
    at_noon(midnight(DUE) - timedelta(seconds=1))
    assert desk.tick() == 0
    at_noon(midnight(DUE))
    assert (desk.tick(), desk.tick()) == (1, 0)
    assert desk.last("SubjectReverified") == {
        "registry": "public-security",
        "outcome": "match",
        "renew_by": "2027-11-01",
    }
    assert desk.result(GetVerification, account)["renew_by"] == "2027-11-01"
    at_noon(noon(date(2027, 11, 1)))
    assert desk.tick() == 2, "the next reminder and the next renewal"


@pytest.mark.article(26)
def test_what_is_not_confirmed_any_more_lapses_after_its_days_of_grace(
    desk: Desk, person: Person, simulator: Simulator, at_noon: Move
) -> None:
    account = user(desk, person)
    simulator.change(id_number=person.id_number, name="欧阳改名")
    at_noon(noon(DUE))
    desk.tick()
    assert desk.last("SubjectReverificationFailed")["outcome"] == "mismatch"
    assert desk.result(GetAccount, account)["roles"] == ["user"], "the days of grace"
    at_noon(midnight(Renewal(DUE).lapses_on) - timedelta(seconds=1))
    assert desk.tick() == 0, "whoever does not know the name need not be asked every minute"
    at_noon(midnight(Renewal(DUE).lapses_on))
    assert (desk.tick(), desk.tick()) == (1, 0)
    assert desk.last("SubjectVerificationLapsed") == {"renew_by": "2027-05-01"}
    assert desk.result(GetAccount, account)["roles"] == []
    view = desk.result(GetVerification, account)
    assert (view["verified"], view["renew_by"]) == (False, None)
    given = {"id_number": person.id_number}
    assert desk.result(RegisterPerson, account, **given, name="欧阳改名")["roles"] == ["user"]
    assert desk.result(GetVerification, account)["renew_by"] == "2027-11-30"
    assert desk.types().count("SubjectAdmittedAsUser") == 1, "admitted once"


@pytest.mark.article(26)
def test_a_registry_that_is_away_on_the_day_is_asked_until_the_grace_ends(
    desk: Desk, person: Person, firm: Firm, simulator: Simulator, at_noon: Move
) -> None:
    accounts = [user(desk, person), desk.account()]
    papers = {
        "name": firm.name,
        "uscc": firm.uscc,
        "legal_representative": firm.legal_representative,
    }
    desk.result(RegisterFirm, accounts[1], **papers)
    simulator.set(public_security="down", market_regulation="garbled")
    at_noon(noon(DUE))
    assert desk.tick() == 2, "reminders alone"
    at_noon(noon(DUE + timedelta(days=10)))
    simulator.set(market_regulation="up")
    assert desk.tick() == 1
    assert desk.last("SubjectReverified")["registry"] == "market-regulation"
    at_noon(noon(Renewal(DUE).lapses_on))
    desk.tick()
    assert [desk.result(GetAccount, a)["roles"] for a in accounts] == [[], ["user"]]
    simulator.set(public_security="up")
    assert desk.result(RenewVerification, accounts[0])["verified"]
    assert desk.result(GetAccount, accounts[0])["roles"] == ["user"]


@pytest.mark.article(16)
def test_a_provider_is_verified_anew_too(
    desk: Desk, firm: Firm, simulator: Simulator, at_noon: Move
) -> None:
    account = desk.account()
    papers = {
        "name": firm.name,
        "uscc": firm.uscc,
        "legal_representative": firm.legal_representative,
    }
    desk.result(RegisterProvider, account, **papers, **OFFER)
    simulator.change(uscc=firm.uscc, legal_representative="欧阳新任")
    at_noon(noon(DUE))
    desk.tick()
    assert desk.last("SubjectReverificationFailed")["registry"] == "market-regulation"
    again = {**papers, "legal_representative": "欧阳新任"}
    view = desk.result(RegisterProvider, account, **again, **OFFER)
    assert view["roles"] == ["provider"]
    assert desk.last("SubjectReverified")["renew_by"] == "2027-11-01"
    at_noon(noon(Renewal(DUE).lapses_on))
    desk.tick()
    assert desk.result(GetAccount, account)["roles"] == ["provider"]


def test_replicas_that_tick_at_once_renew_once(
    desk: Desk, world: Population, at_noon: Move
) -> None:
    for person in world.persons[8:14]:
        user(desk, person)
    at_noon(noon(DUE))
    replicas = [Desk(desk.app) for _ in range(4)]
    list(eventlet.GreenPool(4).imap(lambda replica: replica.tick(), replicas))
    assert desk.types().count("SubjectReverified") == 6
    assert desk.types().count("SubjectReverificationAnnounced") == 6


@pytest.mark.article(26)
def test_one_may_renew_when_it_is_near_and_not_before(
    desk: Desk, person: Person, simulator: Simulator, at_noon: Move
) -> None:
    account = user(desk, person)
    outcome = desk.ask(RenewVerification, account)
    assert outcome["error"]["code"] == "identity.renewal-not-due"
    assert outcome["error"]["data"] == {"renew_by": "2027-05-01", "remind_on": "2027-04-17"}
    at_noon(noon(Renewal(DUE).remind_on))
    simulator.set(public_security="down")
    assert desk.code(RenewVerification, account) == "identity.registry-unavailable"
    simulator.set(public_security="up")
    assert desk.result(RenewVerification, account)["renew_by"] == "2027-10-17"
    assert desk.code(RenewVerification, desk.account()) == "identity.not-verified"
    assert desk.code(GetVerification, desk.account()) == "identity.not-verified"


def test_a_wrong_answer_to_a_renewal_is_counted(
    desk: Desk, person: Person, simulator: Simulator, at_noon: Move
) -> None:
    account = user(desk, person)
    simulator.change(id_number=person.id_number, name="欧阳改名")
    at_noon(noon(Renewal(DUE).remind_on))
    codes = [desk.code(RenewVerification, account) for _ in range(4)]
    assert codes == ["identity.name-mismatch"] * 3 + ["identity.too-many-mismatches"]


@pytest.mark.article(36)
def test_nothing_is_asked_about_who_is_about_to_be_erased(
    desk: Desk, person: Person, simulator: Simulator, at_noon: Move
) -> None:
    account = user(desk, person)
    at_noon(noon(date(2027, 4, 20)))
    preview = desk.result(PreviewErasure, account)["preview"]
    desk.result(RequestErasure, account, preview=preview)
    assert desk.code(RenewVerification, account) == "identity.erasure-under-way"
    at_noon(noon(DUE))
    desk.tick()
    assert desk.last("SubjectReverificationFailed")["outcome"] == "unreadable"


def born(person: Person, day: date) -> Person:
    """A person with another birth date."""
    body = f"{person.id_number[:6]}{day:%Y%m%d}{person.id_number[14:17]}"
    number = body + id_check_character(body)
    return replace(person, id_number=number, birth_date=day)


BIRTHDAYS = (date(1966, 11, 2), date(1968, 2, 29), date(1967, 3, 1))


@pytest.fixture(scope="session")
def world() -> Population:
    found = population(person_count=60, firm_count=24)
    extra = [born(p, day) for p, day in zip(found.persons[40:], BIRTHDAYS, strict=False)]
    return replace(found, persons=(*found.persons, *extra))


@pytest.mark.article(25)
@pytest.mark.parametrize("policy", list(Completes))
@pytest.mark.parametrize("place", range(len(BIRTHDAYS)))
def test_sixty_ends_new_grants_on_the_day_by_either_policy(
    desk: Desk, world: Population, at_noon: Move, policy: Completes, place: int
) -> None:
    object.__setattr__(desk.app.settings, "age_policy", policy.value)
    person = world.persons[60 + place]
    account = user(desk, person)
    day = completes_on(person.birth_date, 60, policy)
    at_noon(midnight(day) - timedelta(seconds=1))
    desk.tick()
    assert "SubjectAgedOut" not in desk.types()
    at_noon(midnight(day))
    desk.tick()
    assert desk.last("SubjectAgedOut") == {"policy": policy.value}
    assert desk.types().count("SubjectAgedOut") == 1
    assert desk.result(GetVerification, account)["aged_out"]
    assert desk.result(GetAccount, account)["roles"] == ["user"], "the account stays"
    assert desk.app.database.rows("SELECT 1 FROM age_watch") == []
    other = desk.account()
    asked = {"name": person.name, "id_number": person.id_number}
    assert desk.code(RegisterPerson, other, **asked) == "identity.age-out-of-range"
    text = " ".join(entry.text for entry in desk.log())
    assert f"{person.birth_date:%Y%m%d}" not in text
    assert person.birth_date.isoformat() not in text


def test_after_a_long_absence_of_the_service_nobody_lapses_unasked(
    desk: Desk, person: Person, at_noon: Move
) -> None:
    account = user(desk, person)
    at_noon(noon(date(2027, 12, 24)))
    desk.tick()
    assert desk.last("SubjectReverified")["renew_by"] == "2028-06-24"
    assert "SubjectVerificationLapsed" not in desk.types()
    assert desk.result(GetAccount, account)["roles"] == ["user"]


def test_a_birthday_that_nobody_ticked_on_is_made_up_for(
    desk: Desk, world: Population, at_noon: Move
) -> None:
    user(desk, world.persons[60])
    at_noon(noon(date(2029, 7, 1)))
    desk.tick()
    assert desk.types().count("SubjectAgedOut") == 1


def test_no_birth_date_stands_in_any_table(desk: Desk, person: Person) -> None:
    user(desk, person)
    [row] = desk.app.database.rows("SELECT * FROM age_watch")
    assert row.keys() == {"subject_id", "digest"}
    assert len(row["digest"]) == 64


def test_an_unknown_age_policy_stops_the_service(settings: Settings) -> None:
    with pytest.raises(ValueError, match="sometimes"):
        Identity(replace(settings, age_policy="sometimes"))


DATES = st.dates(date(1900, 1, 1), date(2030, 12, 31))


@pytest.mark.article(25)
@examples(DATES, st.integers(0, 100), st.sampled_from(list(Completes)))
def test_the_day_on_which_years_complete_is_the_first_with_so_many(
    birth: date, years: int, policy: Completes
) -> None:
    day = completes_on(birth, years, policy)
    assert completed_years(birth, day, policy) == years
    if years:
        assert completed_years(birth, day - timedelta(days=1), policy) == years - 1


@examples(st.sampled_from([date(year, 2, 29) for year in range(1904, 2029, 4)]))
def test_a_leap_day_completes_on_the_last_of_february(birth: date) -> None:
    assert completes_on(birth, 1) == date(birth.year + 1, 2, 28)
    assert completes_on(birth, 1, Completes.DAY_AFTER) == date(birth.year + 1, 3, 1)
    assert completes_on(birth, 4).month == 2
