"""How a subject stands: learnt from what identity says, and asked once where they act."""

from types import SimpleNamespace
from typing import Any

import pytest

from chassis import context, standing
from chassis.application import Decision
from chassis.commands import Commands
from chassis.contract import Command, View
from chassis.domain import new_id
from chassis.projection import Fact, Projector
from chassis.sealing.frontier import Frontier
from chassis.sequencer import Sequencer
from chassis.service import Service, handles
from chassis.standing import NOBODY, Standing
from chassis.subscription import tracking
from chassis.subscription.tracking import Tracked
from chassis.tests.conftest import Account, Bank

SUBJECT, ACCOUNT = new_id(), new_id()


class Trade(Command):
    """Something that users do."""

    service = "bank"
    allowed = frozenset({"user", "bureau"})
    refusal_is_event = True
    view = View


class Begin(Trade):
    """Something new that users begin."""

    begins = True


class BankService(Service):
    """Lets users do it."""

    name = "bank"
    asked: list[Standing]

    @handles(Trade)
    def trade(self) -> Decision:
        self.asked.append(standing.of_caller(self.runtime.application.database))
        return Decision({}, [Account(owner="somebody")], seen={"identity": 999, "other": 7})

    @handles(Begin)
    def begin(self) -> Decision:
        return Decision({}, [Account(owner="somebody")])


class Counter:
    """Where users come to."""

    begins = False

    def __init__(self, bank: Bank, commands: Commands) -> None:
        self.bank = bank
        self.learnt = Projector()
        standing.learn(self.learnt)
        self.service = object.__new__(BankService)
        self.service.runtime = SimpleNamespace(application=bank, commands=commands, key=None)
        self.service.asked = []

    def hear(self, name: str, stream: str = SUBJECT, /, **data: Any) -> Standing:
        """An event of identity's, applied; how the subject stands then."""
        fact = Fact(f"identity.{name}", stream, 1, data, "")
        if statements := self.learnt.statements(fact):
            self.bank.database.execute(statements)
        return standing.read(self.bank.database, SUBJECT)

    def code(self, actor: str = ACCOUNT, subject: str | None = SUBJECT, role: str = "user") -> str:
        """The code with which they are refused; empty when they are not."""
        self.service.circumstances = context.Context(actor, subject, role)  # type: ignore[misc]
        entrypoint = self.service.begin if self.begins else self.service.trade
        outcome = entrypoint({"input": {}, "command_id": new_id()})
        return str(outcome.get("error", {}).get("code", ""))


@pytest.fixture
def counter(bank: Bank, commands: Commands) -> Counter:
    return Counter(bank, commands)


def verified(counter: Counter) -> Standing:
    found = {"kind": "firm", "region": "340100", "outcome": "match"}
    return counter.hear("SubjectVerified", **found)


@pytest.mark.article(26, 35)
def test_a_standing_is_what_identity_has_said(counter: Counter) -> None:
    hear = counter.hear
    assert standing.read(counter.bank.database, SUBJECT) == NOBODY
    assert standing.read(counter.bank.database, None) == NOBODY
    found = verified(counter)
    assert found == Standing(kind="firm", region="340100", verified=True)
    assert not (found.may_use)
    assert not (found.may_provide)
    assert not (found.may_complete)
    assert hear("SubjectAdmittedAsUser", region="340100").may_use
    aged = hear("SubjectAgedOut", policy="on-birthday")
    assert (aged.aged_out, aged.may_use) == (True, True)
    firm: dict[str, Any] = {"kind": "lawful-firm", "region": "340100", "may_charge": True}
    found = hear("SubjectAdmittedAsProvider", **firm)
    assert (found.may_provide, found.may_charge, found.provider_kind) == (
        True,
        True,
        "lawful-firm",
    )
    found = hear("SubjectSuspendedAsProvider")
    assert (found.may_provide, found.may_complete) == (False, True)
    assert hear("SubjectResumedAsProvider").may_provide
    found = hear("PersonalDataErasureRequested", "x", subject=SUBJECT)
    assert not (found.may_use)
    assert not (found.may_provide)
    assert not (found.may_complete)
    both: dict[str, Any] = {"subject": SUBJECT, "roles": ["user", "provider"]}
    found = hear("PersonalDataErasureWithdrawn", "x", **both)
    assert found.may_use
    assert found.may_provide
    found = hear("SubjectExitedAsProvider")
    assert (found.provider, found.may_complete) == ("exited", False)
    assert not hear("SubjectVerificationLapsed").verified
    assert hear("SubjectReverified").verified
    hear("AccountFrozen", "one", subject_id=SUBJECT)
    hear("AccountFrozen", "two", subject_id=SUBJECT)
    hear("AccountFrozen", "one", subject_id=SUBJECT)
    hear("AccountFrozen", "three", subject_id=None)
    assert hear("AccountUnfrozen", "three", subject_id=None).frozen == ("two", "one")
    assert hear("AccountUnfrozen", "two", subject_id=None).frozen == ("one",)
    assert hear("AccountUnfrozen", "one", subject_id=SUBJECT).frozen == ()


@pytest.mark.article(26, 35)
def test_who_is_frozen_or_not_verified_any_more_does_nothing(
    counter: Counter, sequencer: Sequencer
) -> None:
    assert counter.code() == "", "of whom nothing was heard, the use case decides"
    verified(counter)
    assert counter.code() == ""
    counter.hear("AccountFrozen", ACCOUNT, subject_id=SUBJECT)
    assert counter.code() == "standing.account-frozen"
    assert counter.code(actor="a colleague") == ""
    counter.hear("AccountUnfrozen", ACCOUNT, subject_id=SUBJECT)
    counter.hear("SubjectVerificationLapsed")
    assert counter.code() == "standing.not-verified"
    assert counter.code(subject=None, role="bureau") == ""
    sequencer.step()
    entries = counter.bank.log_reader.entries(0)
    refused = [entry for entry in entries if entry.type == "bank.CommandRefused"]
    assert [entry.event["actor"] for entry in refused] == [ACCOUNT, ACCOUNT]


@pytest.mark.article(28)
def test_who_is_on_the_blacklist_begins_nothing_new_and_finishes_what_there_is(
    counter: Counter,
) -> None:
    verified(counter)
    counter.begins = True
    assert counter.code() == ""
    entry = {"subject_id": SUBJECT, "until": "2027-05-01"}
    found = counter.hear("BlacklistingEntered", "entry", **entry)
    assert (found.blacklisted, found.blacklisted_until) == (True, "2027-05-01")
    assert counter.code() == "standing.blacklisted"
    upheld = counter.hear("BlacklistingAppealDecided", "entry", subject_id=SUBJECT, lift=False)
    assert upheld.blacklisted
    counter.begins = False
    assert counter.code() == "", "what was agreed before is done"
    database = counter.bank.database
    assert standing.held_among(database, [SUBJECT])[0] == {SUBJECT: standing.BLACKLISTED}
    counter.hear("BlacklistingAppealDecided", "entry", subject_id=SUBJECT, lift=True)
    counter.begins = True
    assert counter.code() == ""
    counter.hear("BlacklistingEntered", "second", **entry)
    assert not counter.hear("BlacklistingEnded", "second", subject_id=SUBJECT).blacklisted
    assert standing.held_among(database, [SUBJECT])[0] == {}


@pytest.mark.article(29)
def test_something_new_begins_only_once_the_agreement_in_force_is_signed(
    counter: Counter,
) -> None:
    verified(counter)
    counter.begins = True

    def in_force(kind: str, version: int) -> None:
        said: dict[str, Any] = {"kind": kind, "number": version, "text_sha256": "a" * 64}
        counter.hear("AgreementTookEffect", f"{kind} {version}", **said)

    def signs(kind: str, version: int) -> None:
        said: dict[str, Any] = {"subject_id": SUBJECT, "kind": kind, "number": version}
        counter.hear("AgreementSignatureGiven", f"{kind} {version}", **said)

    in_force("provider", 1)
    assert counter.code() == "", "it is not the agreement of the role in which they act"
    in_force("user", 1)
    assert counter.code() == "standing.agreement-unsigned"
    found = standing.read(counter.bank.database, SUBJECT)
    assert found.unsigned == {"provider": (1, "a" * 64), "user": (1, "a" * 64)}
    signs("user", 1)
    assert counter.code() == ""
    signs("user", 2)
    signs("user", 1)
    in_force("user", 2)
    assert counter.code() == "", "it was signed ahead"
    in_force("user", 3)
    assert counter.code() == "standing.agreement-unsigned"
    counter.begins = False
    assert counter.code() == "", "what was agreed before is done"


@pytest.mark.article(26)
def test_a_decision_stands_on_one_read_and_says_what_was_seen_then(
    counter: Counter, sequencer: Sequencer
) -> None:
    verified(counter)
    frontier = Frontier().extend([b"0" * 32] * 42)
    advance = tracking.advance("identity", Tracked(Frontier()), Tracked(frontier, 41))
    counter.bank.database.execute([advance])
    assert counter.code() == ""
    (asked,) = counter.service.asked
    assert (asked.verified, asked.seen) == (True, 41)
    sequencer.step()
    event = counter.bank.log_reader.entries(0)[-1].event
    assert event["seen"] == {"identity": 41, "other": 7}
