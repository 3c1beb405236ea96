"""A dry run of any command decides and writes nothing: no event, key, row, lease or look-up.

A story is told on the five real services in which each command is dry-run just before it is given,
in the same circumstances: PostgreSQL has to have given out no transaction id meanwhile, and the
command then does what the dry run said. What the story leaves out is dry-run with its example.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from chassis import clock
from chassis.context import Context
from chassis.contract import DRY_RUN, Command, Contract
from chassis.domain import new_id
from chassis.privacy import seal_personal
from gateway.examples import example_input
from schemas import roles
from schemas.catalog import WithdrawListing
from schemas.identity.providers import ResumeProvider, SuspendProvider
from schemas.identity.tenures import GrantTenure, RevokeTenure, WarnOperator
from schemas.registry import CONTRACTS
from schemas.voucher_ledger.batches import CloseBatch
from schemas.voucher_ledger.budget import (
    AppropriateBudget,
    CloseBudget,
    DecideTransfer,
    FreezeBudget,
    ProposeTransfer,
    UnfreezeBudget,
)
from schemas.voucher_ledger.clawbacks import DemandRepayment, RecordRepayment, WriteOffRepayment
from schemas.voucher_ledger.grants import CancelGrantRun, StartGrantRun
from schemas.voucher_ledger.parameters import SetParameter
from schemas.voucher_ledger.purchases import (
    AcceptPurchase,
    CancelPurchase,
    ContractPurchase,
    DecidePurchase,
    DeliverPurchase,
    InvoicePurchase,
    ProposePurchase,
)
from schemas.voucher_ledger.reconciliations import (
    ListDifferences,
    Reconcile,
    SettleDifference,
)
from schemas.voucher_ledger.redemptions import ListRedemptions
from schemas.voucher_ledger.risks import DecideHold
from schemas.voucher_ledger.vouchers import ListVouchers, VoidVoucher
from tests.tamper.chapters import funding, opening, trade
from tests.tamper.economy import Economy
from tests.tamper.history import Story
from tests.tamper.platform import Platform
from tests.tamper.worlds import POPULATION, Server, Worlds, registries

COMMANDS = {each.method(): each for each in CONTRACTS if issubclass(each, Command)}
LEDGER = "voucher-ledger"
REFUSED_AS = "command.no-dry-run"
ATTEMPTS = 20
"""The server's own housekeeping takes a transaction id now and then; not always."""


class Rehearsing(Platform):
    """A platform on which every command is dry-run before it is given."""

    def __init__(self, *args: Any, **more: Any) -> None:
        self.tried: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        super().__init__(*args, **more)

    def ask(
        self,
        contract: type[Contract],
        who: Context,
        command_id: str | None = None,
        **given: Any,
    ) -> dict[str, Any]:
        """As of any platform; a command is tried first."""
        if not issubclass(contract, Command):
            return super().ask(contract, who, command_id, **given)
        command_id = command_id or new_id()
        tried = self.rehearse(contract, who, command_id, given)
        last = self._last(contract.service)
        outcome = super().ask(contract, who, command_id, **given)
        if contract.rehearsable():
            self._compare(contract, tried, outcome, last)
        return outcome

    def rehearse(
        self, contract: type[Command], who: Context, command_id: str, given: dict[str, Any]
    ) -> dict[str, Any]:
        """What a dry run answers, which wrote nothing."""
        key = self.runtimes[contract.service].key
        assert key is not None
        sealed = seal_personal(contract, given, key.sealing)
        payload = {"input": sealed, "command_id": command_id, DRY_RUN: True}

        def dry_run() -> dict[str, Any]:
            entrypoints = self.entrypoints(contract.service, who)
            outcome: dict[str, Any] = getattr(entrypoints, contract.method())(payload)
            return outcome

        tried = self._without_a_trace(contract.method(), dry_run)
        refused = tried.get("error", {}).get("code") == REFUSED_AS
        assert refused == (not contract.rehearsable()) or "error" in tried, (contract, tried)
        self.tried[contract.method()] += 1
        return tried

    def _without_a_trace(self, name: str, dry_run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        for _ in range(ATTEMPTS):
            before = self._written()
            found = dry_run()
            if self._written() == before:
                return found
        raise AssertionError(f"{name} writes in a dry run")

    def _written(self) -> str:
        """The next transaction id of the server: only what writes gets one."""
        database = self.runtimes["identity"].application.database
        row = database.row("SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next")
        assert row is not None
        return str(row["next"])

    def _last(self, service: str) -> int:
        row = self.runtimes[service].application.database.row(
            "SELECT coalesce(max(id), 0) AS last FROM events"
        )
        assert row is not None
        return int(row["last"])

    def _compare(
        self,
        contract: type[Command],
        tried: dict[str, Any],
        outcome: dict[str, Any],
        last: int,
    ) -> None:
        """The command did what the dry run said."""
        name = contract.method()
        if "error" in tried:
            assert outcome["error"]["code"] == tried["error"]["code"], (name, tried, outcome)
            return
        assert "result" in outcome, (name, tried, outcome)
        said: Counter[str] = Counter()
        for event in tried["result"]["events"]:
            said[event["type"]] += event["count"]
        rows = self.runtimes[contract.service].application.database.rows(
            "SELECT type, count(*) AS n FROM events WHERE id > %s GROUP BY 1", (last,)
        )
        assert said == {row["type"]: row["n"] for row in rows}, name
        shown = tried["result"]["result"]
        assert shown.keys() <= outcome["result"].keys(), name
        figures = {k: v for k, v in shown.items() if k.endswith(("_fen", "state"))}
        assert figures.items() <= outcome["result"].items(), name
        self.done[name] += 1


def tell(story: Story) -> None:
    """A story in which public money goes every way that there is."""
    economy = opening(story, users=3, providers=2)
    funding(economy)
    owner, year = story.owner(), clock.legal_date().year
    everything = {"name": "sample-rate-bp", "value": 10_000, "document_number": "皖人社〔2026〕8号"}
    story.do(SetParameter, owner, **everything, valid_from=clock.legal_date().isoformat())
    trade(economy, 4)
    holding(economy)
    ending(story)
    buying(economy)
    differing(story)
    operating(story)
    finance = story.officer(roles.FINANCE_PROVINCE)
    batch = economy.batch(year, "340200")
    run = story.do(StartGrantRun, owner, batch_id=batch, holders=None)["id"]
    story.platform.tick()
    story.refuse(CancelGrantRun, owner, run_id=run)
    second = story.do(StartGrantRun, owner, batch_id=batch, holders=None)["id"]
    story.do(CancelGrantRun, owner, run_id=second)
    story.do(CloseBatch, owner, batch_id=batch)
    budget = economy.allocate(year, "340300", 500_000)
    story.do(FreezeBudget, owner, budget_id=budget, reason="审计")
    story.do(UnfreezeBudget, owner, budget_id=budget, reason="审计结束")
    asked = {"source_region": "340300", "target_region": "340400", "reason": "需求较大"}
    purse = {"fund": "JYCY", "year": year, "amount_fen": 100_000}
    transfer = story.do(ProposeTransfer, owner, **purse, **asked)["id"]
    story.refuse(DecideTransfer, owner, transfer_id=transfer, approve=True, reason="x")
    story.do(DecideTransfer, finance, transfer_id=transfer, approve=False, reason="不必")
    figure = {"name": "rate-bp", "value": 2500, "document_number": "皖人社发〔2026〕9号"}
    story.do(SetParameter, owner, **figure, valid_from=f"{year + 1}-01-01")
    offer = economy.offers[0]
    story.do(WithdrawListing, offer.provider, listing_id=offer.id)
    story.until(year + 1, 1, 2)
    story.platform.tick()
    closing = {"remainder": "carry-over", "document_number": "皖财社〔2027〕1号"}
    story.do(CloseBudget, owner, budget_id=budget, **closing)


def holding(economy: Economy) -> None:
    """Two orders of the same parties are one too many; another person lets the payment go on."""
    story, today = economy.story, clock.legal_date().isoformat()
    limit = {"name": "risk-split-orders", "document_number": "皖人社〔2026〕8号"}
    story.do(SetParameter, story.owner(), **limit, value=2, valid_from=today)
    voucher = economy.grant(economy.batch(clock.legal_date().year), story.users[:1])[0]
    orders = [economy.place(voucher, economy.offers[0]) for _ in range(2)]
    assert economy.state(orders[0]) == "funded"
    economy.complete(orders[0])
    redemption = economy.apply(orders[0])
    economy.review(redemption)
    given = {"redemption_id": redemption, "release": True, "reason": "两次独立服务"}
    assert story.do(DecideHold, story.owner(), **given)["hold"] == "released"
    story.do(SetParameter, story.owner(), **limit, value=5, valid_from=today)


def buying(economy: Economy) -> None:
    """A department buys for a group; another purchase is cancelled."""
    story, year = economy.story, clock.legal_date().year
    owner, finance = story.owner(), story.officer(roles.FINANCE_PROVINCE)
    buyer, provider = story.officer(roles.DEPARTMENT), economy.offers[0].provider
    paper = {"document_number": "皖财社〔2026〕21号"}
    budget = {"fund": "ZFGM-PX", "year": year, "amount_fen": 500_000}
    story.do(AppropriateBudget, owner, **budget, **paper)
    asked = {**budget, "amount_fen": 100_000, "region": "340000", "provider": provider.subject}
    asked |= {"title": "培训", "procedure": "inquiry", "procedure_basis": "政府采购法第三十二条"}
    asked |= {"beneficiaries": 30, "beneficiaries_sha256": "3" * 64}
    ended = story.do(ProposePurchase, buyer, **asked)["id"]
    story.do(CancelPurchase, buyer, purchase_id=ended, reason="不再需要")
    of = {"purchase_id": story.do(ProposePurchase, buyer, **asked)["id"]}
    for office in (owner, finance):
        story.do(DecidePurchase, office, **of, approve=True, reason="同意", **paper)
    signed = {"amount_fen": 100_000, "contract_sha256": "4" * 64}
    story.do(ContractPurchase, buyer, **of, **signed)
    story.do(DeliverPurchase, provider, **of, evidence_sha256="5" * 64)
    taken = {"accepted_fen": 90_000, "reason": "满意", "opinion_sha256": "6" * 64}
    assert story.refuse(AcceptPurchase, buyer, **of, **taken) == "voucher-ledger.own-purchase"
    story.do(AcceptPurchase, story.colleague(roles.DEPARTMENT), **of, **taken)
    redemption = story.do(InvoicePurchase, provider, **of, invoice_number="99999999")["id"]
    economy.review(redemption)
    economy.pay(redemption)


def ending(story: Story) -> None:
    """A voucher is voided; what was paid is demanded back, comes in partly, is written off."""
    owner, finance = story.owner(), story.officer(roles.FINANCE_PROVINCE)
    paper = {"reason": "串通套取", "document_number": "皖人社〔2026〕12号"}
    voucher = story.do(ListVouchers, owner, state="claimed")[0]
    story.do(VoidVoucher, owner, voucher_id=voucher["id"], **paper)
    paid = story.do(ListRedemptions, owner, state="paid")[0]
    of = {"redemption_id": paid["id"]}
    due_by = f"{clock.legal_date().year}-12-31"
    story.do(DemandRepayment, owner, **of, **paper, amount_fen=paid["fen"], due_by=due_by)
    story.do(RecordRepayment, finance, **of, amount_fen=paid["fen"] // 2, bank_reference="C-1")
    story.do(WriteOffRepayment, finance, **of, **paper)


def differing(story: Story) -> None:
    """Somebody changed a table of the ledger: it is found, and a person settles it."""
    finance, ledger = story.officer(roles.FINANCE_PROVINCE), story.platform.runtimes[LEDGER]
    change = "UPDATE shares SET paid_fen = paid_fen + %s WHERE clawed_fen > 0"
    story.platform.settle()
    ledger.application.database.execute([(change, (1,))])
    assert story.do(Reconcile, finance)["found"]
    ledger.application.database.execute([(change, (-1,))])
    settler = story.colleague(roles.FINANCE_PROVINCE)  # not who approved the payment
    for row in story.do(ListDifferences, finance, state="open"):
        story.do(SettleDifference, settler, difference_id=row["id"], reason="数据已修复")


def operating(story: Story) -> None:
    """The operator's staff act under a tenure, which ends."""
    owner, today = story.owner(), clock.legal_date()
    company = {"operator": "安徽示例运营有限公司", "uscc": "91350100M000100Y43"}
    contract = {"contract_number": "皖人社合〔2026〕1号", "document_sha256": "1" * 64}
    days = {"valid_from": today.isoformat(), "valid_until": f"{today.year + 2}-12-31"}
    tenure = story.do(GrantTenure, owner, **company, **contract, **days)["id"]
    operator, provider = story.officer(roles.OPERATOR), story.providers[0]
    story.do(SuspendProvider, operator, subject_id=provider.subject, reason="投诉逾期未办结")
    story.do(ResumeProvider, operator, subject_id=provider.subject, reason="已整改")
    why = {"grounds": "evaluation", "reason": "考核不达标", "document_sha256": "2" * 64}
    rectified = {"rectify_by": days["valid_until"]}
    story.do(WarnOperator, owner, tenure_id=tenure, **why, **rectified)
    story.do(RevokeTenure, owner, tenure_id=tenure, **why)
    again = {"subject_id": provider.subject, "reason": "运营权已收回"}
    assert story.refuse(SuspendProvider, operator, **again) == "operator.outside-tenure"


@pytest.fixture(scope="module")
def platform(postgres_server: Server) -> Iterator[Rehearsing]:
    worlds = Worlds(postgres_server)
    with registries() as simulator, clock.fixed(datetime(2026, 3, 2, 1, tzinfo=UTC)) as move:
        found = Rehearsing(worlds.urls(worlds.empty()), simulator)
        tell(Story(found, POPULATION, 7, move))
        yield found
        found.close()
    worlds.close()


def test_every_dry_run_of_a_story_told_what_then_happened(platform: Rehearsing) -> None:
    ledger = {name for name, each in COMMANDS.items() if each.service == "voucher-ledger"}
    mine = ledger - {"record_own_payment", "record_refund"}  # call-backs, of whom nobody knows
    assert all(COMMANDS[name].rehearsable() for name in mine), "every command of the ledger"
    assert mine <= platform.done.keys()
    others = {"publish_listing", "whitelist_listing", "place_order", "accept_order"}
    operating = {"grant_tenure", "warn_operator", "revoke_tenure", "suspend_provider"}
    assert others | operating <= platform.done.keys()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_dry_run_writes_nothing(platform: Rehearsing, name: str) -> None:
    contract = COMMANDS[name]
    role = min(contract.allowed, default=roles.HRSS_PROVINCE)
    who = Context(actor=str(uuid4()), subject=str(uuid4()), role=role, region="340000")
    platform.rehearse(contract, who, new_id(), example_input(contract))
    assert platform.tried[name]


def test_what_cannot_be_dry_run_is_what_must_leave_a_trace() -> None:
    """Secrets are counted, registries asked, disclosures recorded, strangers unknown."""
    kept = {name for name, each in COMMANDS.items() if not each.rehearsable()}
    assert kept == {
        name
        for name, each in COMMANDS.items()
        if each.look_first
        or each.public
        or not each.dry_run
        or any(field.metadata.get("secret") for field in each().fields.values())
    }
    assert {"sign_in", "register_person", "access_personal_data", "run_replay"} <= kept
