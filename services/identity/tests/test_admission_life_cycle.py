"""A stateful model of admission: whatever comes in whatever order, cases and roles are as it says.

One firm applies as a provider, by rule or with papers that staff review; it writes drafts, gives a
wrong name, is put on a list, is suspended, leaves; its registry goes away and comes back; months
pass. After each step the service must say of the case, the provider and the roles what the model
says.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from authorities.synthetic import ORDINARY_FIRMS, Firm, Population, population
from chassis import clock
from chassis.domain import new_id
from chassis.settings import Settings
from identity.application import Identity
from identity.domain.refusals.verification import RegistryUnavailable
from identity.domain.renewal import Renewal, renew_by
from identity.domain.subject import Subject
from identity.registries import Registries
from identity.registries.breaker import Breaker
from schemas import roles
from schemas.identity.accounts import GetAccount
from schemas.identity.providers import (
    DraftProvider,
    ExitProvider,
    RegisterProvider,
    ResumeProvider,
    SubmitDraft,
    SuspendProvider,
)
from schemas.identity.reviews import GetCase, ListCases, ReviewCase
from services.identity.tests.conftest import NOON, OFFER, Desk, Move, Simulator
from services.identity.tests.test_account_life_cycle import QuickHasher

LAWFUL, RECOGNISED = "lawful-firm", "recognised-institution"
RECOGNITION = [{"kind": "recognition", "sha256": "ab" * 32}]
DAY = timedelta(days=1)


class Admissions(RuleBasedStateMachine):
    """One firm, its account, its registry, and the operator's staff."""

    desk: ClassVar[Desk]
    simulator: ClassVar[Simulator]
    firms: ClassVar[Iterator[Firm]]
    move: ClassVar[Any]
    now: ClassVar[datetime] = NOON

    @initialize()
    def open(self) -> None:
        login = f"u-{new_id()}"
        self.firm = next(self.firms)
        self.account = self.desk.app.account_id(login)
        self.desk.app.write(self.desk.app.open_account(login=login, password="a good passphrase"))
        self.operator = self.desk.as_staff(roles.OPERATOR)
        self.case: str | None = None
        self.case_id = self.subject = ""
        self.kind = LAWFUL
        """What was submitted last."""

        self.waits = False
        self.drafted = LAWFUL
        self.provider: str | None = None
        self.verified_until: date | None = None
        self.lapsed = False
        self.checked = self.today
        self.misses: list[datetime] = []
        self.up, self.listed = True, False
        self.simulator.set(market_regulation="up")

    @property
    def today(self) -> date:
        return clock.legal_date(self.now)

    @property
    def holds(self) -> bool:
        return self.provider in ("active", "suspended")

    @property
    def renewable(self) -> bool:
        until = self.verified_until
        return self.lapsed or (until is not None and self.today >= Renewal(until).remind_on)

    @property
    def guessed_too_often(self) -> bool:
        return len([at for at in self.misses if at > self.now - DAY]) >= 3

    def papers(self, kind: str) -> dict[str, Any]:
        found = {"name": self.firm.name, "legal_representative": self.firm.legal_representative}
        shown = RECOGNITION if kind == RECOGNISED else []
        return {**OFFER, **found, "kind": kind, "evidence": shown}

    def ask(self, contract: Any, desk: Desk | None = None, **given: Any) -> str:
        """The code of a refusal, or `done`."""
        asked = desk or self.desk
        outcome = asked.ask(contract, "" if desk else self.account, **given)
        if not self.case_id:
            self.case_id = next(
                (each["id"] for each in self.desk.rows(ListCases, self.account)), ""
            )
        return str(outcome["error"]["code"]) if "error" in outcome else "done"

    def apply(self, kind: str) -> str:
        """What becomes of an application, by the model; it has been changed accordingly."""
        if barred := self.barred:
            return barred
        if self.holds:
            return self.apply_again()
        if self.up:
            return self.decide(kind)
        self.case, self.kind, self.waits = "verifying", kind, True
        return "done"

    @property
    def barred(self) -> str:
        """Why no registry is asked; empty when one is."""
        if self.case == "in-review" and not (self.holds and self.renewable):
            return "identity.case-closed"
        return "identity.too-many-mismatches" if self.guessed_too_often else ""

    def apply_again(self) -> str:
        """Who is a provider renews its verification, near its day; else nothing is to be done."""
        if self.renewable:
            if not self.up:
                return RegistryUnavailable.code
            self.verify()
            return "done"
        return "identity.already-registered" if self.up else "identity.case-closed"

    def decide(self, kind: str) -> str:
        """The registry confirms the name; the rules decide, or staff will."""
        self.waits, self.kind = False, kind
        if self.listed:
            self.case = "rejected"
            return "identity.not-in-good-standing"
        if self.verified_until is None or self.renewable:
            self.verify()
        if kind == RECOGNISED:
            self.case = "in-review"
        else:
            self.admit()
        return "done"

    def verify(self) -> None:
        self.verified_until, self.lapsed = renew_by(self.today), False

    def admit(self) -> None:
        self.case, self.provider, self.checked = "active", "active", self.today

    @rule(kind=st.sampled_from([LAWFUL, RECOGNISED]))
    def applies(self, kind: str) -> None:
        expected = self.apply(kind)
        assert self.ask(RegisterProvider, **self.papers(kind), uscc=self.firm.uscc) == expected

    @precondition(lambda self: self.up and not self.waits)
    @rule()
    def gives_a_wrong_name(self) -> None:
        papers = {**self.papers(LAWFUL), "legal_representative": "欧阳不是"}
        code = self.ask(RegisterProvider, **papers, uscc=self.firm.uscc)
        if self.barred:
            assert code == self.barred
        else:
            assert code == "identity.name-mismatch"
            self.misses.append(self.now)
            self.case = self.case if self.holds else "rejected"

    @rule(kind=st.sampled_from([LAWFUL, RECOGNISED]))
    def writes_a_draft(self, kind: str) -> None:
        code = self.ask(DraftProvider, **self.papers(kind), number=self.firm.uscc)
        if self.case in (None, "draft", "rejected"):
            assert code == "done"
            self.case, self.drafted = "draft", kind
        else:
            assert code == "identity.case-not-draft"

    @precondition(lambda self: self.case == "draft")
    @rule()
    def submits_its_draft(self) -> None:
        expected = self.apply(self.drafted)
        assert self.ask(SubmitDraft, case_id=self.case_id) == expected

    @rule(up=st.booleans())
    def the_registry_comes_and_goes(self, up: bool) -> None:
        self.up = up
        self.simulator.set(market_regulation="up" if up else "down")

    @rule(listed=st.booleans())
    def the_registry_lists_it(self, listed: bool) -> None:
        self.listed = listed
        status = "abnormal" if listed else "in-operation"
        self.simulator.change(uscc=self.firm.uscc, status=status)

    @precondition(lambda self: self.case == "in-review")
    @rule(approve=st.booleans())
    def staff_decide(self, approve: bool) -> None:
        decision = "approve" if approve else "reject"
        given = {"case_id": self.case_id, "decision": decision, "reason": "已核对"}
        assert self.ask(ReviewCase, self.operator, **given) == "done"
        assert self.ask(ReviewCase, self.operator, **given) == "identity.case-decided"
        if approve:
            self.admit()
        else:
            self.case = "rejected"

    @precondition(lambda self: self.provider is not None)
    @rule()
    def staff_suspend(self) -> None:
        given = {"subject_id": self.subject, "reason": "投诉核查"}
        active = self.provider == "active"
        code = "done" if active else "identity.not-such-provider"
        assert self.ask(SuspendProvider, self.operator, **given) == code
        self.provider = "suspended" if active else self.provider

    @precondition(lambda self: self.provider == "suspended")
    @rule()
    def staff_resume(self) -> None:
        code = self.ask(ResumeProvider, self.operator, subject_id=self.subject, reason="核查完毕")
        if not self.up:
            assert code == RegistryUnavailable.code
        elif self.listed:
            assert code == "identity.not-in-good-standing"
        else:
            assert code == "done"
            self.provider, self.checked = "active", self.today

    @precondition(lambda self: self.provider is not None)
    @rule()
    def leaves(self) -> None:
        found = Desk(self.desk.app, roles.PROVIDER)
        outcome = found.ask(ExitProvider, self.account, reason="closing")
        assert ("result" in outcome) == self.holds
        self.provider = "exited"

    @rule(days=st.sampled_from([1, 14, 31, 170]))
    def days_pass(self, days: int) -> None:
        type(self).now += days * DAY
        self.move(self.now)
        self.desk.tick()
        if self.waits and self.up:
            self.decide(self.kind)
        until = self.verified_until
        if until is not None and not self.lapsed:
            if self.up and self.today >= until:
                self.verify()
            elif self.today >= Renewal(until).lapses_on:
                self.lapsed = True
        if self.holds and self.up and self.today >= self.checked + 30 * DAY:
            self.checked = self.today
            self.provider = "suspended" if self.listed else self.provider

    @invariant()
    def the_service_says_the_same(self) -> None:
        if not hasattr(self, "case"):
            return
        stands = self.provider is not None and not self.lapsed
        shown = self.desk.result(GetAccount, self.account)
        self.subject = shown["subject_id"] or ""
        assert shown["roles"] == (["provider"] if stands else [])
        if self.case is not None:
            assert self.desk.result(GetCase, self.account, case_id=self.case_id)["state"] == (
                self.case
            )
        found = self.desk.app.find(Subject, self.subject) if self.subject else None
        if found is not None:
            assert (found.provider, found.verified) == (self.provider, not self.lapsed)
            assert found.renew_by == str(self.verified_until)


@pytest.fixture(scope="session")
def world() -> Population:
    return population(person_count=10, firm_count=120)


@pytest.fixture
def quick(settings: Settings, simulator: Simulator) -> Iterator[Desk]:
    """A desk that hashes quickly, and always asks the registries, once."""
    asked = Registries(simulator.url, 60, pauses=(), breaker=lambda: Breaker(10**9))
    application = Identity(settings, hasher=QuickHasher(), registries=asked)
    yield Desk(application)
    application.close()


@pytest.mark.article(21, 22, 23, 26)
@pytest.mark.timeout(300)
def test_admissions_live_as_the_model_says(
    quick: Desk, simulator: Simulator, world: Population, at_noon: Move
) -> None:
    firms = iter(world.firms[ORDINARY_FIRMS:])
    shared = {"desk": quick, "simulator": simulator, "firms": firms, "move": staticmethod(at_noon)}
    run_state_machine_as_test(
        type("Machine", (Admissions,), shared),
        settings=profile(
            max_examples=20,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # what fails is another firm each time: nothing to shrink
        ),
    )
    text = "".join(entry.text for entry in quick.log())
    assert "欧阳不是" not in text
