"""What admission should say, step by step: the model that its life cycle is held against (准入)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from authorities.synthetic import (
    Agency,
    Firm,
    Person,
)
from chassis import clock
from chassis.domain import new_id
from identity.domain.refusals.verification import RegistryUnavailable
from identity.domain.renewal import Renewal, renew_by
from identity.domain.subject import Subject
from schemas import roles
from schemas.identity.accounts import GetAccount
from schemas.identity.admission import RegisterPerson
from schemas.identity.providers import (
    DraftProvider,
    ExitProvider,
    RegisterExpert,
    RegisterProvider,
    ResumeProvider,
    SubmitDraft,
    SuspendProvider,
)
from schemas.identity.reviews import GetCase, ListCases, ReviewCase
from services.identity.tests.conftest import NOON, OFFER, Desk, Simulator

LAWFUL, RECOGNISED = "lawful-firm", "recognised-institution"
PUBLIC, EXPERT = "public-agency", "certified-expert"
DOCUMENTS = {RECOGNISED: "recognition", PUBLIC: "affiliation", EXPERT: "certificate"}
"""By kind: the document that staff review; a lawful firm needs none."""

NOBODY = "欧阳不是"
Applicant = Firm | Agency | Person
DAY = timedelta(days=1)


class Admissions(RuleBasedStateMachine):
    """A firm as a provider, its account, its registry, and the operator's staff."""

    role: ClassVar[str] = roles.PROVIDER
    kinds: ClassVar[tuple[str, ...]] = (LAWFUL, RECOGNISED)
    registry: ClassVar[str] = "market_regulation"
    desk: ClassVar[Desk]
    simulator: ClassVar[Simulator]
    applicants: ClassVar[Iterator[Any]]
    move: ClassVar[Any]
    now: ClassVar[datetime] = NOON

    @initialize()
    def open(self) -> None:
        login = f"u-{new_id()}"
        self.applicant = next(self.applicants)
        self.account = self.desk.app.account_id(login)
        self.desk.app.write(self.desk.app.open_account(login=login, password="a good passphrase"))
        self.operator = self.desk.as_staff(roles.OPERATOR)
        self.case: str | None = None
        self.case_id = self.subject = ""
        self.kind = self.kinds[0]
        """What was submitted last."""

        self.waits = False
        self.drafted = self.kinds[0]
        self.provider: str | None = None
        self.verified_until: date | None = None
        self.lapsed = False
        self.checked = self.today
        self.misses: list[datetime] = []
        self.up, self.listed = True, False
        self.simulator.set(**{self.registry: "up"})

    @property
    def is_firm(self) -> bool:
        """Whether it may be on the lists of the market registry."""
        return isinstance(self.applicant, Firm)

    @property
    def today(self) -> date:
        return clock.legal_date(self.now)

    @property
    def has_role(self) -> bool:
        """Whether it was admitted, and has not lost the role by more than a lapse."""
        return self.provider is not None

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
        one: Applicant = self.applicant
        found: dict[str, Any] = {"name": one.name}
        if isinstance(one, Person):
            found["civil_servant"] = False
        else:
            found["legal_representative"] = one.legal_representative
        shown = [{"kind": DOCUMENTS[kind], "sha256": "ab" * 32}] if kind in DOCUMENTS else []
        return {**OFFER, **found, "kind": kind, "evidence": shown}

    @property
    def number(self) -> str:
        one: Applicant = self.applicant
        return one.id_number if isinstance(one, Person) else one.uscc

    def register(self, papers: dict[str, Any]) -> str:
        """What comes of an application with these papers."""
        if self.kinds == (EXPERT,):
            given = {name: value for name, value in papers.items() if name != "kind"}
            return self.ask(RegisterExpert, **given, id_number=self.number)
        return self.ask(RegisterProvider, **papers, uscc=self.number)

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
        return "identity.already-registered"

    def decide(self, kind: str) -> str:
        """The registry confirms the name; the rules decide, or staff will."""
        self.waits, self.kind = False, kind
        if self.listed:
            self.case = "rejected"
            return "identity.not-in-good-standing"
        if self.verified_until is None or self.renewable:
            self.verify()
        if kind in DOCUMENTS:
            self.case = "in-review"
        else:
            self.admit()
        return "done"

    def verify(self) -> None:
        self.verified_until, self.lapsed = renew_by(self.today), False

    def admit(self) -> None:
        self.case, self.provider, self.checked = "active", "active", self.today

    @rule(n=st.integers(0, 1))
    def applies(self, n: int) -> None:
        kind = self.kinds[n % len(self.kinds)]
        expected = self.apply(kind)
        assert self.register(self.papers(kind)) == expected

    @precondition(lambda self: self.up and not self.waits)
    @rule()
    def gives_a_wrong_name(self) -> None:
        wrong = "name" if isinstance(self.applicant, Person) else "legal_representative"
        code = self.register({**self.papers(self.kinds[0]), wrong: NOBODY})
        if self.barred:
            assert code == self.barred
        else:
            assert code == "identity.name-mismatch"
            self.misses.append(self.now)
            self.case = self.case if self.holds else self.refused()

    def refused(self) -> str | None:
        """The state of the case once an application was refused: a provider always has one."""
        return "rejected"

    @precondition(lambda self: self.role == roles.PROVIDER)
    @rule(n=st.integers(0, 1))
    def writes_a_draft(self, n: int) -> None:
        kind = self.kinds[n % len(self.kinds)]
        code = self.ask(DraftProvider, **self.papers(kind), number=self.number)
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
        self.simulator.set(**{self.registry: "up" if up else "down"})

    @precondition(lambda self: self.is_firm)
    @rule(listed=st.booleans())
    def the_registry_lists_it(self, listed: bool) -> None:
        self.listed = listed
        status = "abnormal" if listed else "in-operation"
        self.simulator.change(uscc=self.number, status=status)

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
        if not self.up and self.is_firm:
            assert code == RegistryUnavailable.code
        elif self.listed:
            assert code == "identity.not-in-good-standing"
        else:
            assert code == "done"
            self.provider = "active"
            self.checked = self.today

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
        if self.is_firm and self.holds and self.up and self.today >= self.checked + 30 * DAY:
            self.checked = self.today
            self.provider = "suspended" if self.listed else self.provider

    @invariant()
    def the_service_says_the_same(self) -> None:
        if not hasattr(self, "case"):
            return
        stands = self.has_role and not self.lapsed
        shown = self.desk.result(GetAccount, self.account)
        self.subject = shown["subject_id"] or ""
        assert shown["roles"] == ([self.role] if stands else [])
        if self.case is not None:
            assert self.desk.result(GetCase, self.account, case_id=self.case_id)["state"] == (
                self.case
            )
        found = self.desk.app.find(Subject, self.subject) if self.subject else None
        if found is not None:
            assert (found.provider, found.verified) == (self.provider, not self.lapsed)
            assert found.renew_by == str(self.verified_until)


class Agencies(Admissions):
    """A public institution, as an agency or a recognised one; staff look at its papers."""

    kinds = (PUBLIC, RECOGNISED)
    registry = "institution_registration"


class Experts(Admissions):
    """A person with a certificate."""

    kinds = (EXPERT,)
    registry = "public_security"


class Users(Admissions):
    """A person as a user: admitted by rule alone; there is a case only where one had to wait."""

    role = roles.USER
    kinds = ("person",)
    registry = "public_security"
    user: bool = False

    @property
    def holds(self) -> bool:
        return self.user

    @property
    def has_role(self) -> bool:
        return self.user

    def register(self, papers: dict[str, Any]) -> str:
        return self.ask(RegisterPerson, name=papers["name"], id_number=self.number)

    def refused(self) -> str | None:
        return None if self.case is None else "rejected"

    def admit(self) -> None:
        self.case, self.user = None if self.case is None else "active", True
