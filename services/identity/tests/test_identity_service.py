"""The service as a whole: its first account, its entrypoints, the schemas of its events."""

import eventlet
import pytest
from eventsourcing.utils import resolve_topic

from authorities.synthetic import Firm, Person
from chassis import context
from chassis.database import CHASSIS_MIGRATIONS
from chassis.privacy import BadKey
from chassis.settings import Settings
from identity.application import Identity
from identity.bootstrap import BadOwnerPassword, ensure_owner
from identity.domain.account import Account
from identity.domain.session import Session
from identity.domain.subject import Subject
from identity.service import SERVICE, IdentityService, compose
from schemas import roles
from schemas.events import identity as events
from schemas.identity import CONTRACTS
from schemas.identity.accounts import OpenAccount, OpenStaffAccount
from schemas.identity.admission import RegisterFirm, RegisterPerson
from schemas.identity.providers import RegisterProvider
from schemas.identity.sessions import SignIn, SignOut
from services.identity.tests.conftest import KEY, OFFER, PASSWORD, Desk


def with_owner(app: Identity, password: str = PASSWORD) -> None:
    object.__setattr__(app.settings, "owner_password", password)


@pytest.mark.article(7)
def test_the_first_account_is_the_owners_and_opens_others(desk: Desk) -> None:
    with_owner(desk.app)
    ensure_owner(desk.app, desk.commands)
    owner = desk.result(SignIn, login="owner", password=PASSWORD)["account_id"]
    [opened, granted, _] = desk.log()
    assert opened.stream == owner
    assert opened.data == {"staff": True, "region": "340000"}
    assert granted.data == {"role": "hrss-province", "tenure_id": None}
    assert opened.event["actor"] == "system:identity"
    found = desk.app.find(Account, owner)
    assert found is not None
    assert list(found.roles) == [roles.HRSS_PROVINCE]


def test_the_owner_is_opened_once_in_any_number_of_processes(desk: Desk) -> None:
    with_owner(desk.app)
    pool = eventlet.GreenPool(5)
    list(pool.imap(lambda _: ensure_owner(desk.app, desk.commands), range(5)))
    with_owner(desk.app, "another password")
    ensure_owner(desk.app, desk.commands)
    assert desk.types() == ["AccountOpened", "AccountRoleGranted"]
    assert desk.code(SignIn, login="owner", password="another password")
    assert desk.result(SignIn, login="owner", password=PASSWORD)


def test_without_a_password_there_is_no_owner_and_nobody_else_is(desk: Desk) -> None:
    ensure_owner(desk.app, desk.commands)
    assert desk.types() == []
    for login in ("owner", "Owner"):
        assert desk.code(OpenAccount, login=login, password=PASSWORD) == "identity.login-taken"
    with_owner(desk.app)
    ensure_owner(desk.app, desk.commands)
    assert desk.result(SignIn, login="OWNER", password=PASSWORD)


def test_a_short_owner_password_is_refused_without_showing_it(desk: Desk) -> None:
    with_owner(desk.app, "hunter2")
    with pytest.raises(BadOwnerPassword) as refused:
        ensure_owner(desk.app, desk.commands)
    assert "hunter2" not in str(refused.value)


def test_there_is_no_identity_without_a_key(database_url: str) -> None:
    for key in ("", KEY[:-2]):
        environ = {"DATABASE_URL": database_url, "PERSONAL_DATA_KEY": key}
        with pytest.raises(BadKey):
            Identity(Settings.load("identity", environ))


def test_every_contract_has_its_entrypoint() -> None:
    assert SERVICE.name == "identity"
    for contract in CONTRACTS:
        entrypoint = getattr(IdentityService, contract.method())
        assert entrypoint.contract is contract
        assert contract.service == "identity"


def test_the_composed_service_hashes_in_threads_while_others_go_on(settings: Settings) -> None:
    app = compose(settings)
    ticks = 0

    def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            eventlet.sleep(0)

    ticking = eventlet.spawn(tick)
    with context.bound(context.Context(actor="nobody")):
        app.write(app.open_account("wang.wei", PASSWORD))
        before = ticks
        session = app.sign_in("wang.wei", PASSWORD)
    ticking.kill()
    assert ticks > before
    assert session.result["account_id"] == app.account_id("wang.wei")
    app.close()


def test_what_was_written_is_what_is_shown(desk: Desk, firm: Firm) -> None:
    """The read models say what the events say, when they are made anew."""
    account = desk.account()
    given = {
        "name": firm.name,
        "uscc": firm.uscc,
        "legal_representative": firm.legal_representative,
    }
    view = desk.result(RegisterFirm, account, **given)
    subject = desk.app.load(Subject, view["subject_id"])
    assert (subject.is_user, subject.is_provider, subject.region) == (True, False, view["region"])
    assert desk.app.load(Account, account).subject_id == view["subject_id"]


def test_every_event_that_happens_has_a_schema_and_fits_it(
    desk: Desk, person: Person, firm: Firm
) -> None:
    account, other = desk.account("wang"), desk.account()
    token = desk.token("wang")
    papers = {
        "name": firm.name,
        "uscc": firm.uscc,
        "legal_representative": firm.legal_representative,
    }
    desk.result(RegisterPerson, account, name=person.name, id_number=person.id_number)
    desk.result(RegisterFirm, other, **papers)
    desk.code(RegisterFirm, account, **papers)
    offer = {**OFFER, "resources": "some"}
    desk.result(RegisterProvider, other, **papers, **offer)
    desk.result(SignOut, token=token)
    staff = {"login": "s-1", "password": PASSWORD, "role": "supervisor", "region": "340000"}
    desk.result(OpenStaffAccount, "system:test", **staff)
    assert len(set(desk.types())) >= 8, "the desk holds each entry against its schema"


def test_every_event_type_has_an_example_and_a_class() -> None:
    for schema in events.EVENTS:
        assert schema().load(schema.example) is not None
        if not schema.type.endswith("CommandRefused") and ".Subscription" not in schema.type:
            assert resolve_topic(schema.type)  # that each has a reader: tests/guard
    for aggregate in (Account, Session, Subject):
        assert str(resolve_topic(f"identity:{aggregate.__name__}")) == str(aggregate)


def test_the_migrations_are_the_services_own(desk: Desk) -> None:
    assert SERVICE.migrations is not None
    assert SERVICE.migrations != CHASSIS_MIGRATIONS
    newest = max(path.name[:4] for path in SERVICE.migrations.glob("versions/[0-9]*.py"))
    assert desk.app.database.rows("SELECT version_num FROM identity_version") == [
        {"version_num": newest}
    ]
