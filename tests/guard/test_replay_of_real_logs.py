"""What the ledger and matching really write replays clean, and the supervisor's balances agree.

The supervisor's rules are its own; this holds them and the audited services together.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import matching.subscriptions
import oversight.subscriptions
import voucher_ledger.queries
import voucher_ledger.subscriptions
from chassis import clock, context
from chassis.application import Application
from chassis.canonical import canonical
from chassis.commands import Command, Commands, Outcome
from chassis.database import migrate
from chassis.domain import new_id
from chassis.eventstore.mapper import Grounds, event_body, grounds
from chassis.log import Entry
from chassis.seal import NoTotals, latest_checkpoint
from chassis.selfcheck import check
from chassis.settings import Settings
from chassis.subscription import Policies, Subscription
from chassis.testing import sequencer
from matching.application import Matching
from matching.lapsing import lapse_due
from oversight.application import Oversight
from oversight.domain.privacy import keys_digest
from oversight.testing import KEYS, WITNESS, people, signed
from oversight.witnessing import Witnessing
from voucher_ledger.application import Ledger
from voucher_ledger.domain.payment_order import PaymentOrder
from voucher_ledger.expiring import expire_due
from voucher_ledger.reconciling import reconcile_due
from voucher_ledger.testing import INSTITUTION_KEYS, bank_answer, signed_proof
from voucher_ledger.totals import LedgerTotals

MakeDatabase = Callable[[str], str]
TERMS: dict[str, Any] = {
    "face_fen": 100_000,
    "rate_bp": 3000,
    "item_cap_fen": 50_000,
    "categories": ["enterprise.legal"],
    "category_caps": {"enterprise.legal": 110_000},
    "user_cap_fen": 100_000,
    "target_region": "340000",
    "target_kinds": ["person", "firm"],
    "use_by": "2026-12-31",
    "redeem_by": "2027-03-31",
}


class Platform:
    """Ledger, matching and oversight on databases of their own; two logs written by hand."""

    def __init__(self, make_database: MakeDatabase) -> None:
        self.written: dict[str, list[Entry]] = {"identity": [], "catalog": []}
        self.asked: set[str] = set()
        self.ledger = self._start(Ledger, make_database)
        self.matching = self._start(Matching, make_database)
        self.oversight = self._start(Oversight, make_database)
        self.apps: dict[str, Application] = {
            app.log: app for app in (self.ledger, self.matching, self.oversight)
        }
        self.commands = {log: Commands(app) for log, app in self.apps.items()}
        totals = {"voucher-ledger": LedgerTotals}
        self._sequencers = [
            sequencer(app.database, log, totals.get(log, NoTotals))
            for log, app in self.apps.items()
        ]
        self._following = [
            *self._follow(self.ledger, voucher_ledger.subscriptions.POLICIES),
            *self._follow(self.matching, matching.subscriptions.POLICIES),
            *self._follow(
                self.oversight, oversight.subscriptions.POLICIES, oversight.subscriptions.mirror
            ),
        ]

    @staticmethod
    def _start(kind: type[Any], make_database: MakeDatabase) -> Any:
        package = import_module(kind.__module__.partition(".")[0])
        url = make_database(kind.log)
        migrate(url, {package.__name__: Path(str(package.__file__)).parent / "migrations"})
        keys = {
            "LOG_KEYS": " ".join(map(str, KEYS.logs.values())),
            "PAYMENT_INSTITUTION_KEYS": INSTITUTION_KEYS,
            "WITNESS_KEYS": " ".join(map(str, KEYS.witnesses)),
        }
        return kind(Settings.load(kind.log, {"DATABASE_URL": url, **keys}))

    def _follow(
        self, app: Application, policies: Policies, on_entries: Any = None
    ) -> Iterator[Subscription]:
        for log in policies.logs:
            yield Subscription(app, self._commands_of(app), policies, log, self.read, on_entries)

    def _commands_of(self, app: Application) -> Commands:
        return self.commands[app.log]

    def read(self, log: str, start: int, end: int) -> Sequence[Entry]:
        """Entries of any log."""
        if log in self.written:
            return self.written[log][start:end]
        return self.apps[log].log_reader.entries(start, end)

    def size(self, log: str) -> int:
        """The port of a replay."""
        if log in self.written:
            return len(self.written[log])
        return self.apps[log].log_reader.size()

    def checkpoint(self, log: str) -> str | None:
        """The port of a replay."""
        if log in self.written:
            return signed(log, [entry.text for entry in self.written[log]])
        return latest_checkpoint(self.apps[log].database)

    def entries(self, log: str, start: int, end: int) -> list[str]:
        """The port of a replay."""
        return [entry.text for entry in self.read(log, start, end)]

    def self_check(self, service: str) -> dict[str, Any]:
        """The port of a replay: a service compares its tables with the logs."""
        if service in self.written:
            return {"read_models": [], "outcomes": [], "misplaced": [], "unsealed": []}
        package = import_module(type(self.apps[service]).__module__.partition(".")[0])
        policies = import_module(f"{package.__name__}.subscriptions").POLICIES
        told = policies.reaction_names | self.asked
        return check(self.apps[service], policies, self.read, told.__contains__).as_dict()

    def subject_keys(self, position: int) -> dict[str, Any]:
        """The port of a replay: the log that is written by hand makes no key."""
        return {"position": position, "keys": 0, "digest": keys_digest(set())}

    def trial_balance(self, position: int) -> list[dict[str, Any]]:
        """The port of a replay."""
        return voucher_ledger.queries.book.balances(self.ledger.database, position)

    def write(self, type_: str, stream: str, data: dict[str, Any], version: int = 1) -> None:
        """An entry of identity's or the catalog's log."""
        log = type_.partition(".")[0]
        listed = type_ == "catalog.ListingPublished"
        role = None if log == "identity" else "provider" if listed else "hrss-province"
        last = {name: len(entries) - 1 for name, entries in self.written.items() if entries}
        with (
            context.bound(context.Context(actor="somebody", role=role)),
            grounds(Grounds(seen={name: end for name, end in last.items() if name != log})),
        ):
            body = event_body(type_, UUID(stream), version, clock.now(), data).decode()
        self.written[log].append(Entry.of(log, len(self.written[log]), body))

    def settle(self) -> None:
        """Let every reaction come about, and the ledger reconcile what is due."""
        reconcile_due(self.ledger, self.commands["voucher-ledger"])
        moved = 1
        while moved:
            moved = sum(sequencer.step() for sequencer in self._sequencers)
            moved += sum(subscription.catch_up() for subscription in self._following)

    def do(
        self, log: str, name: str, role: str, /, subject: str | None = None, **values: Any
    ) -> Outcome:
        """Carry out a command, and let everybody hear of it."""
        app = self.apps[log]
        self.asked.add(name)
        who = context.Context(actor=f"{role} {subject}", role=role, subject=subject)
        command = Command(name, new_id(), values, values, refusal_is_event=True)
        with context.bound(who):
            outcome = self.commands[log].execute(command, lambda: getattr(app, name)(**values))
        self.settle()
        return outcome

    def admit(self, type_: str, **data: Any) -> str:
        """A verified subject, admitted."""
        subject = new_id()
        tell = people.user if type_.endswith("User") else people.provider
        versions: Counter[str] = Counter()
        for told, stream, said in tell(subject):
            versions[stream] += 1
            self.write(told, stream, {**said, **data} if told == type_ else said, versions[stream])
        return subject

    def offer(self, price_fen: int) -> tuple[str, str]:
        """A whitelisted listing and its provider."""
        listing, firm = new_id(), {"kind": "lawful-firm", "name": "示例"}
        provider = self.admit("identity.SubjectAdmittedAsProvider", **firm)
        content: dict[str, Any] = {"category": "enterprise.legal", "price_fen": price_fen}
        content |= {"title": "咨询", "description": "咨询"}
        confirmed = sha256(canonical(content)).hexdigest()
        listed = {"provider": provider, "region": "340100", "content_sha256": confirmed}
        self.write("catalog.ListingPublished", listing, {**listed, **content})
        period = {"valid_from": "2026-01-01", "valid_until": "2026-12-31"}
        terms = {**period, "rate_bp": 5000, "cap_fen": 90_000}
        self.write("catalog.ListingWhitelisted", listing, terms, version=2)
        return listing, provider

    def cosign(self) -> None:
        """The supervisor has witnessed the ledger's log so far, and the ledger has heard of it."""
        self.settle()
        ledger = "voucher-ledger"
        keys = {ledger: KEYS.logs[ledger]}
        witnessing = Witnessing(self.oversight, self.commands["oversight"], keys, WITNESS)
        assert witnessing.step(ledger, self.checkpoint(ledger))
        self.settle()

    def pay_own_share(self, order: str) -> str:
        """The payment institution says that the user paid theirs; the digest of its proof."""
        own = voucher_ledger.queries.own_payments.own_share(self.ledger.database, order)[0]
        proof = signed_proof(order, own)
        name, values = "record_own_payment", {"proof": proof}
        self.asked.add(name)
        command = Command(name, new_id(), values, values, refusal_is_event=True)
        with context.bound(context.Context(actor="system:voucher-ledger")):
            done = self.commands["voucher-ledger"].execute(
                command, lambda: self.ledger.record_own_payment(proof)
            )
        assert "result" in done, done
        return sha256(proof.encode()).hexdigest()

    def pay(self, redemption: str) -> None:
        """A redemption is reviewed, cosigned, drawn, and paid by two; publicity takes no days."""
        do, reviewer = self.do, "employment-province"
        for name in ("publicity-days", "sample-rate-bp", "risk-accept-seconds"):
            figure: dict[str, Any] = {
                "name": name,
                "value": 0,
                "valid_from": clock.legal_date().isoformat(),
            }
            do("voucher-ledger", "set_parameter", "hrss-province", **figure, document_number="示例")
        do("voucher-ledger", "review_redemption", reviewer, redemption_id=redemption, approve=True,
           reason="材料齐全")  # fmt: skip
        self.cosign()
        do("voucher-ledger", "draw_sample", reviewer, "clerk")
        proposed = do("voucher-ledger", "propose_payment", reviewer, "clerk",
                      redemption_ids=[redemption])["result"]["id"]  # fmt: skip
        for approver in ("hrss-province", "finance-province"):
            do("voucher-ledger", "decide_payment", approver, payment_order_id=proposed,
               approve=True, reason="同意")  # fmt: skip
        order = self.ledger.load(PaymentOrder, proposed)
        do("voucher-ledger", "import_bank_return", "finance-province", payment_order_id=proposed,
           content=bank_answer(order))  # fmt: skip

    def verdict(self) -> dict[str, Any]:
        """What a replay says."""
        outcome = self.commands["oversight"].execute(
            Command("run_replay", new_id(), {}, {}),
            lambda: self.oversight.run_replay(self, lambda _: None),
        )
        result: dict[str, Any] = outcome["result"]
        return result


@pytest.fixture
def platform(make_database: MakeDatabase) -> Iterator[Platform]:
    with clock.fixed(datetime(2026, 5, 1, 4, tzinfo=UTC)):
        platform = Platform(make_database)
        yield platform
        for app in platform.apps.values():
            app.close()


@pytest.mark.article(6, 8, 17, 19)
def test_what_the_services_write_replays_clean(platform: Platform) -> None:
    do, hrss = platform.do, "hrss-province"
    users = [platform.admit("identity.SubjectAdmittedAsUser") for _ in range(4)]
    listing, provider = platform.offer(price_fen=120_000)
    platform.settle()
    budget: dict[str, Any] = {"fund": "JYCY", "year": 2026}
    paper = {"document_number": "皖财社〔2026〕1号"}
    for amount in (700_000, 300_000):
        do("voucher-ledger", "appropriate_budget", hrss, **budget, amount_fen=amount,
           source="provincial", **paper)  # fmt: skip
    allocated = do("voucher-ledger", "allocate_budget", hrss, **budget, region="340100",
                   amount_fen=500_000, **paper)["result"]["id"]  # fmt: skip
    batches = [
        do("voucher-ledger", "open_batch", hrss, **budget, region=region, amount_fen=400_000,
           **TERMS)["result"]["id"]
        for region in ("340100", "340000")
    ]  # fmt: skip
    vouchers: dict[str, str] = {}
    for batch, holders in zip(batches, (users[:3], users[3:]), strict=True):
        granted = do("voucher-ledger", "grant_vouchers", hrss, batch_id=batch, holders=holders)
        vouchers |= {row["holder"]: row["id"] for row in granted["result"]["vouchers"]}
    for user, voucher in vouchers.items():
        do("voucher-ledger", "claim_voucher", "user", user, voucher_id=voucher)

    def order(user: str, voucher: str) -> str:
        placed = do("matching", "place_order", "user", user, listing_id=listing,
                    voucher_id=voucher, price_fen=120_000)  # fmt: skip
        return str(placed["result"]["id"])

    for name, days in (("deliver-within-days", 30), ("accept-within-days", 1)):
        do("voucher-ledger", "set_parameter", hrss, name=name, value=days,
           valid_from="2026-05-01", document_number="皖人社〔2026〕8号")  # fmt: skip

    def redeem(order_id: str, user: str, number: str, **part: int) -> Outcome:
        evidence = {"evidence_sha256": "a" * 64}
        do("matching", "deliver_order", "provider", provider, order_id=order_id, **evidence)
        do("matching", "accept_order", "user", user, order_id=order_id, **part)
        papers = {"invoice_number": number, "contract_sha256": "b" * 64, **evidence}
        papers["payment_proof_sha256"] = platform.pay_own_share(order_id)
        return do("voucher-ledger", "apply_redemption", "provider", provider, order_id=order_id,
                  **papers)  # fmt: skip

    paid = redeem(order(users[0], vouchers[users[0]]), users[0], "2634000000000001")
    platform.pay(paid["result"]["id"])
    half = {"accepted_fen": 60_000}
    rejected = redeem(order(users[3], vouchers[users[3]]), users[3], "2634000000000002", **half)
    review: dict[str, Any] = {
        "redemption_id": rejected["result"]["id"],
        "approve": False,
        "reason": "发票不符",
    }
    do("voucher-ledger", "review_redemption", "employment-province", **review)
    do("matching", "cancel_order", "user", users[1], order_id=order(users[1], vouchers[users[1]]))
    order(users[2], vouchers[users[1]])  # somebody else's voucher: the ledger refuses
    for _ in range(4):  # the third gets the rest of the cap, the fourth nothing
        order(users[2], vouchers[users[2]])

    transfer = {"source_region": "340100", "target_region": "340200", "reason": "调剂"}
    proposed = do("voucher-ledger", "propose_transfer", hrss, **budget, **transfer,
                  amount_fen=60_000)["result"]["id"]  # fmt: skip
    for approver in ("finance-province", "hrss-province"):
        do("voucher-ledger", "decide_transfer", approver, "deputy", transfer_id=proposed,
           approve=True, reason="同意")  # fmt: skip
    for step in ("freeze_budget", "unfreeze_budget"):
        do("voucher-ledger", step, hrss, budget_id=allocated, reason="审计")
    do("voucher-ledger", "close_batch", hrss, batch_id=batches[1])
    compared = do("voucher-ledger", "reconcile", "finance-province")["result"]
    assert (compared["checked"], compared["found"]) == (2, 0)

    verdict = platform.verdict()
    assert verdict["findings"] == []
    assert verdict["verdict"] == "clean"
    assert verdict["totals"] == platform.trial_balance(platform.size("voucher-ledger") - 1)
    assert verdict["states"]["orders"] == {"accepted": 2, "cancelled": 1, "funded": 3, "refused": 2}
    assert verdict["states"]["refusals"] == {
        "voucher-ledger.category-cap-reached": 1,
        "voucher-ledger.not-holder": 1,
    }
    rows = {row["region"]: row["balances"] for row in verdict["totals"]}
    assert rows["340100"]["paid"] == 36_000
    assert rows["340200"] == {"appropriated": -60_000, "unissued": 60_000}
    assert platform.oversight.database.rows("SELECT 1 FROM parked") == []

    _lapses(platform)


def _lapses(platform: Platform) -> None:
    """Nobody delivers the three orders that are open, and June begins."""
    with clock.fixed(datetime(2026, 5, 31, 16, tzinfo=UTC)):
        assert lapse_due(platform.matching, platform.commands["matching"]) == 3
        platform.settle()
        verdict = platform.verdict()
    assert {finding["rule"] for finding in verdict["findings"]} == {"not-acknowledged"}
    assert verdict["states"]["orders"] == {"accepted": 2, "cancelled": 1, "lapsed": 3, "refused": 2}
    assert all(row["balances"].get("reserved", 0) == 0 for row in verdict["totals"])


@pytest.mark.article(8, 17)
def test_what_is_written_over_a_year_end_replays_clean(platform: Platform) -> None:
    do, hrss = platform.do, "hrss-province"
    user = platform.admit("identity.SubjectAdmittedAsUser")
    platform.settle()
    year: dict[str, Any] = {"fund": "JYCY", "year": 2026, "amount_fen": 500_000}
    paper = {"document_number": "皖财社〔2026〕1号"}
    do("voucher-ledger", "appropriate_budget", hrss, **year, source="central", **paper)
    budgets = []
    for region in ("340100", "340200"):
        part = {**year, "amount_fen": 200_000, "region": region}
        budgets.append(do("voucher-ledger", "allocate_budget", hrss, **part, **paper))
    batch = do("voucher-ledger", "open_batch", hrss, **{**year, "amount_fen": 150_000},
               region="340100", **TERMS)["result"]["id"]  # fmt: skip
    with clock.fixed(datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)):  # the last second
        do("voucher-ledger", "grant_vouchers", hrss, batch_id=batch, holders=[user])
    with clock.fixed(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)):
        expire_due(platform.ledger, platform.commands["voucher-ledger"])
        for budget, remainder in zip(budgets, ("carry-over", "return"), strict=True):
            do("voucher-ledger", "close_budget", hrss, budget_id=budget["result"]["id"],
               remainder=remainder, document_number="皖财社〔2027〕1号")  # fmt: skip
        platform.settle()
        verdict = platform.verdict()
    # nobody acknowledges here: two of the logs are written by hand
    assert {finding["rule"] for finding in verdict["findings"]} == {"not-acknowledged"}
    rows = {(row["region"], row["year"]): row["balances"] for row in verdict["totals"]}
    assert rows == {
        ("340000", 2026): {"appropriated": -100_000, "unissued": 100_000},
        ("340100", 2026): {"appropriated": -100_000, "expired-returned": 100_000},
        ("340100", 2027): {"appropriated": -100_000, "unissued": 100_000},
        ("340200", 2026): {"appropriated": -200_000, "expired-returned": 200_000},
    }
