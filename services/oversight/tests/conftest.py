"""A hand-made history of all logs, clean from end to end, to plant irregularities in.

Its amounts and postings are worked out here by hand, with neither the ledger's code nor the
supervisor's: 1,000,000 fen appropriated, 600,000 allocated to Hefei and set aside for a batch, of
which a share of 250,000 is leased; a voucher of 200,000 with caps of 90,000 for its category and of
80,000 for its user; an order of 100,000 of which 30 % (30,000) is paid by the voucher, all the way
to its payment; a second order of which the share went back; a third that the ledger refused.
"""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

import oversight
from chassis.canonical import canonical
from chassis.settings import Settings
from chassis.testing import MakeMigrated
from oversight.application import Oversight
from oversight.domain.audit import ORDER, Audit
from oversight.domain.completeness import FOLLOWS
from oversight.domain.report import Report
from oversight.testing import KEYS, people
from oversight.testing.watched import Watched
from oversight.vocabulary import EventSchemas
from services.oversight.tests.history_of_staff import staff_and_members

MIGRATIONS = Path(oversight.__file__).parent / "migrations"
HEFEI, PROVINCE = "JYCY/340100/2026", "JYCY/340000/2026"
TERMS = {
    "fund": "JYCY",
    "year": 2026,
    "region": "340100",
    "face_fen": 200_000,
    "rate_bp": 3000,
    "item_cap_fen": 50_000,
    "categories": ["enterprise.legal", "enterprise.tax"],
    "use_by": "2026-12-31",
    "redeem_by": "2027-03-31",
}
FIGURES = dict.fromkeys(
    ("face_fen", "rate_bp", "item_cap_fen", "user_cap_fen", "use_by", "redeem_by"), "issuer"
) | {"rate_bp": "default (not Anhui law)", "item_cap_fen": "皖人社〔2026〕8号 (2026-05-01)"}
ELIGIBILITY = "eligibility/2 (not Anhui law)"
INPUTS = {
    "admitted": True,
    "verified": True,
    "kind": "person",
    "region": "340100",
    "granted": False,
    "aged_out": False,
}
SYSTEM_OF = {
    "GrantRunRefused": "voucher-ledger",
    "GrantRunAdvanced": "voucher-ledger",
    "GrantRunEnded": "voucher-ledger",
    "BudgetShareRestored": "voucher-ledger",
    "AllowanceOpened": "voucher-ledger",
    "AllowanceUsed": "voucher-ledger",
    "AllowanceRestored": "voucher-ledger",
    "VoucherReserved": "voucher-ledger",
    "VoucherReleased": "voucher-ledger",
    "VoucherRedeemed": "voucher-ledger",
    "VoucherExpired": "voucher-ledger",
    "SubjectKeyDestroyed": "identity",
    "PersonalDataErased": "identity",
    "PersonalDataErasureDeferred": "identity",
    "OrderFunded": "matching",
    "OrderRefused": "matching",
}
OF_EACH_SYSTEM = ("SubscriptionAcknowledged", "SubscriptionReleased")
ROLES = {
    "PersonalDataAccessed": "employment-province",
    "PersonalDataCorrected": "operator",
    "ListingPublished": "provider",
    "VoucherClaimed": "user",
    "RedemptionApplied": "provider",
    "InvoiceUsed": "provider",
    "RedemptionApproved": "employment-province",
    "RedemptionPaid": "finance-province",
    "OrderPlaced": "user",
    "OrderDelivered": "provider",
    "OrderAccepted": "user",
    "OrderCancelled": "user",
}


def ident(name: str) -> str:
    """A stable id for a name."""
    return str(uuid5(NAMESPACE_URL, f"test/{name}"))


def tree_hash(entries: list[bytes]) -> bytes:
    """The root of a tree, word for word as RFC 6962 defines it."""
    if len(entries) < 2:
        return sha256(b"\x00" + entries[0]).digest() if entries else sha256(b"").digest()
    half = 1 << (len(entries) - 1).bit_length() - 1
    left, right = tree_hash(entries[:half]), tree_hash(entries[half:])
    return sha256(b"\x01" + left + right).digest()


def leaves_of(texts: list[str]) -> bytes:
    """The leaf hashes of entries, end to end."""
    return b"".join(sha256(b"\x00" + text.encode()).digest() for text in texts)


def moved(source: str, target: str, fen: int, purse: str = HEFEI) -> list[dict[str, Any]]:
    """Two postings."""
    return [
        {"account": f"{source}/{purse}", "fen": -fen},
        {"account": f"{target}/{purse}", "fen": fen},
    ]


def confirmed(listing: dict[str, Any]) -> dict[str, Any]:
    """A listing with the digest of its content."""
    names = ("category", "title", "description", "price_fen")
    content = canonical({name: listing[name] for name in names})
    return {**listing, "content_sha256": sha256(content).hexdigest()}


class History:
    """Events of all logs, as plain objects that a test can bend before they are replayed."""

    def __init__(self) -> None:
        self.logs: dict[str, list[dict[str, Any]]] = {log: [] for log in ORDER}

    def add(
        self,
        type_: str,
        stream: str,
        data: dict[str, Any],
        at: str = "2026-05-01T04:00:00.000000Z",
        seen: dict[str, int] | None = None,
        causation: str | None = None,
    ) -> dict[str, Any]:
        """Append an event; its version follows from its stream, `seen` is all there is so far."""
        log, _, name = type_.partition(".")
        version = 1 + sum(event["stream"] == stream for event in self.logs[log])
        system = log if name in OF_EACH_SYSTEM else SYSTEM_OF.get(name)
        event = {
            "actor": f"system:{system}" if system else ident("account " + name),
            "authority": None,
            "causation": causation,
            "command": ident(f"command {type_} {stream} {version}"),
            "correlation": None,
            "data": data,
            "legal_basis": ["art. 17"],
            "recorded_at": at,
            "role": None if system else ROLES.get(name, "hrss-province"),
            "rule_version": "",
            "schema_version": 1,
            "seen": self.seen(log) if seen is None else seen,
            "stream": stream,
            "type": type_,
            "version": version,
        }
        self.logs[log].append(event)
        return event

    def tell(self, told: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
        """Append events that belong together, brought about by no staff."""
        for type_, stream, data in told:
            self.add(type_, stream, data)["role"] = None

    def together(self, *events: tuple[str, str, dict[str, Any]]) -> None:
        """Append events of one command."""
        command = self.add(*events[0])["command"]
        for event in events[1:]:
            self.add(*event)["command"] = command

    def seen(self, but: str) -> dict[str, int]:
        """The last position of every other log."""
        return {log: len(found) - 1 for log, found in self.logs.items() if found and log != but}

    def last(self, log: str) -> str:
        """The last entry of a log, as a cause is named."""
        return f"{log}/{len(self.logs[log]) - 1}"

    def find(self, type_: str, number: int = 0) -> dict[str, Any]:
        """The n-th event of a type."""
        log = type_.partition(".")[0]
        return [event for event in self.logs[log] if event["type"] == type_][number]

    def data(self, type_: str, number: int = 0) -> dict[str, Any]:
        """What the n-th event of a type says."""
        found: dict[str, Any] = self.find(type_, number)["data"]
        return found

    def place(self, type_: str, number: int = 0) -> tuple[str, int]:
        """The log and position of the n-th event of a type."""
        event = self.find(type_, number)
        log = type_.partition(".")[0]
        return log, next(n for n, other in enumerate(self.logs[log]) if other is event)

    def again(self, type_: str, stream: str | None = None, data: Any = None) -> None:
        """Append a copy of the first event of a type, in its own stream or another."""
        event = self.find(type_)
        changed = {**deepcopy(event["data"]), **(data or {})}
        if type_ == "catalog.ListingPublished":
            changed = confirmed(changed)
        self.add(type_, stream or event["stream"], changed, at=event["recorded_at"])

    def expire(self, at: str, fen: int = 170_000, use_by: str = "2026-12-31") -> None:
        """Let what is left of the voucher go back; it should, on 1 January 2027 in Shanghai."""
        data = {"fen": fen, "use_by": use_by, "postings": moved("issued", "expired-returned", fen)}
        self.add("voucher-ledger.VoucherExpired", ident("voucher"), data, at=at)

    def refuse(self, order: str) -> None:
        """Let the ledger refuse the order that was placed last, and matching hear of it."""
        why = {"code": "voucher-ledger.not-usable", "grounds": {"state": "granted"}}
        refused = {**why, "command": "reserve_for_order", "inputs": {"of": order}}
        cause, stream = self.last("matching"), ident(f"refusal {order}")
        event = self.add("voucher-ledger.CommandRefused", stream, refused, causation=cause)
        event.update(actor="system:voucher-ledger", role=None)
        self.add("matching.OrderRefused", order, why, causation=self.last("voucher-ledger"))

    def confirm(self) -> None:
        """Let the publisher confirm what the first listing says now."""
        event = self.find("catalog.ListingPublished")
        event["data"] = confirmed(event["data"])

    def texts(self, log: str) -> list[str]:
        """The entries of a log, in canonical JSON."""
        return [
            canonical({"event": event, "log": log, "position": position}).decode()
            for position, event in enumerate(self.logs[log])
        ]

    def root(self, log: str, size: int) -> str:
        """The root of a log's tree, by the definition (RFC 6962, 2.1)."""
        return tree_hash([text.encode() for text in self.texts(log)[:size]]).hex()

    def acknowledge(
        self, subscriber: str, followed: str, at: str | None = None, **data: Any
    ) -> dict[str, Any]:
        """Let a subscriber say that it applied a log as it is now, or what `data` says instead."""
        size = data.get("size", len(self.logs[followed]))
        told = {"followed": followed, "size": size, "root": self.root(followed, size), "parked": []}
        stream = ident(f"following {subscriber} {followed}")
        type_ = f"{subscriber}.SubscriptionAcknowledged"
        return self.add(type_, stream, {**told, **data}, at=at or self.latest())

    def acknowledge_all(self, *subscribers: str) -> None:
        """Let everybody, or these, acknowledge what they have not yet, at the latest instant."""
        latest, sizes = self.latest(), {log: len(found) for log, found in self.logs.items()}
        for subscriber in subscribers or FOLLOWS:
            for log in FOLLOWS.get(subscriber, ()):
                stream = ident(f"following {subscriber} {log}")
                told = [e["data"] for e in self.logs[subscriber] if e["stream"] == stream]
                said = max((data.get("size", 0) for data in told), default=0)
                types = [event["type"] for event in self.logs[log][said : sizes[log]]]
                if any(type_.partition(".")[2] not in OF_EACH_SYSTEM for type_ in types):
                    self.acknowledge(subscriber, log, latest, size=sizes[log])

    def latest(self) -> str:
        """The latest instant."""
        times = {str(event["recorded_at"]) for found in self.logs.values() for event in found}
        return max(at for at in times if at.startswith("2"))

    def audit(
        self,
        stated: list[dict[str, Any]] | None = None,
        told: bool = True,
        keys: dict[str, Any] | None = None,
    ) -> Report:
        """Replay it all; with what everybody acknowledges, unless nobody does (`told`).

        `keys` is what identity states of its keys, as of its last entry unless it says otherwise.
        """
        history = deepcopy(self)
        if told:
            history.acknowledge_all()
        audit = Audit(EventSchemas(), {log: len(found) for log, found in history.logs.items()})
        for log in ORDER:
            for position, text in enumerate(history.texts(log)):
                audit.feed(log, position, text.encode())
            audit.world.completeness.log(log).leaves += leaves_of(history.texts(log))
        if keys is not None:
            keys = {"position": len(history.logs["identity"]), **keys}
        return audit.close(stated, keys)

    def rules_broken(self, told: bool = True) -> list[tuple[str, str, int | None]]:
        """What an audit finds: rule, log and position."""
        findings = self.audit(told=told).findings
        return [(found.rule, found.log, found.position) for found in findings]


def _admissions(history: History) -> None:
    for name in ("user", "other"):
        history.tell(people.user(ident(name)))
    history.tell(people.provider(ident("provider")))
    history.tell(people.user(ident("a firm"), kind="firm"))


def _listing(history: History) -> None:
    listed = {
        "provider": ident("provider"),
        "region": "340100",
        "category": "enterprise.legal",
        "title": "股权咨询",
        "description": "两小时",
        "price_fen": 100_000,
    }
    history.add(
        "catalog.ListingPublished",
        ident("listing"),
        confirmed(listed),
    )
    period = {"valid_from": "2026-01-01", "valid_until": "2026-12-31"}
    history.add(
        "catalog.ListingWhitelisted",
        ident("listing"),
        {**period, "rate_bp": 4000, "cap_fen": 60_000},
    )


def _budget(history: History) -> None:
    province, region, batch = ident("province"), ident("budget"), ident("batch")
    fund = {"fund": "JYCY", "year": 2026}
    parameter = {"name": "item-cap-fen", "value": 50_000, "valid_from": "2026-05-01"}
    history.add("voucher-ledger.ParameterOpened", ident("parameter"), {"name": "item-cap-fen"})
    history.add(
        "voucher-ledger.ParameterSet",
        ident("parameter"),
        {**parameter, "document_number": "皖人社〔2026〕8号"},
    )
    history.add("voucher-ledger.BudgetOpened", province, {**fund, "region": "340000"})
    history.add(
        "voucher-ledger.BudgetAppropriated",
        province,
        {
            "fen": 1_000_000,
            "source": "provincial",
            "document_number": "皖财社〔2026〕1号",
            "postings": moved("appropriated", "unissued", 1_000_000, PROVINCE),
        },
    )
    to_region = [
        *moved("unissued", "appropriated", 600_000, PROVINCE),
        *moved("appropriated", "unissued", 600_000),
    ]
    allocated = {"region": "340100", "fen": 600_000, "document_number": "皖人社〔2026〕1号"}
    history.add("voucher-ledger.BudgetAllocated", province, {**allocated, "postings": to_region})
    history.add("voucher-ledger.BudgetOpened", region, {**fund, "region": "340100"})
    history.add("voucher-ledger.BudgetReceived", region, {"source": province, "fen": 600_000})
    history.add("voucher-ledger.BudgetCommitted", region, {"batch_id": batch, "fen": 600_000})
    caps = {"category_caps": {"enterprise.legal": 90_000}, "user_cap_fen": 80_000}
    caps |= {"target_region": "340100", "target_kinds": ["person"], "figures": dict(FIGURES)}
    history.add("voucher-ledger.BatchOpened", batch, {**TERMS, **caps, "amount_fen": 600_000})
    _allot(history, "money", "issue", 600_000)


def _allot(history: History, name: str, kind: str, fen: int) -> None:
    """An amount that many draw from."""
    category, year = ("enterprise.legal", 2026) if kind == "category" else (None, None)
    data = {"kind": kind, "batch_id": ident("batch"), "category": category, "year": year}
    history.add("voucher-ledger.AllotmentOpened", ident(name), {**data, "fen": fen})


def _lease(history: History, name: str, number: int, fen: int) -> str:
    """A share of an amount; returns its id."""
    share = ident(f"{name} {number}")
    leased = {"share_id": share, "number": number, "fen": fen}
    history.add("voucher-ledger.AllotmentLeased", ident(name), leased)
    begun = {"allotment_id": ident(name), "number": number, "fen": fen}
    history.add("voucher-ledger.BudgetShareLeased", share, begun)
    return share


def _chunk(number: int, after: str, granted: int, refused: dict[str, int]) -> dict[str, Any]:
    """A chunk of a run."""
    return {"number": number, "after": after, "granted": granted, "refused": refused}


def _run(history: History) -> None:
    """A run over two listed users, one of whom is a firm."""
    run, two = ident("run"), sorted([ident("user"), ident("a firm")])
    started = {"batch_id": ident("batch"), "source": "list", "starter": ident("starter")}
    history.add("voucher-ledger.GrantRunStarted", run, started)
    history.add("voucher-ledger.GrantRunListed", run, {"holders": two})
    inputs = {**INPUTS, "kind": "firm"}
    decision = {"subject": ident("a firm"), "code": "other-kind", "inputs": inputs}
    refused = {"number": 1, "decisions": [decision]}
    history.add("voucher-ledger.GrantRunRefused", run, refused)


def _voucher(history: History) -> None:
    _run(history)
    share = _lease(history, "money", 1, 250_000)
    drawn = {"fen": 200_000, "purpose": ident("batch")}
    postings = moved("unissued", "issued", 200_000)
    history.add("voucher-ledger.BudgetShareDrawn", share, {**drawn, "postings": postings})
    granted = {"batch_id": ident("batch"), "holder": ident("user"), **deepcopy(TERMS)}
    decision = {"eligibility": {"rule": ELIGIBILITY, "inputs": dict(INPUTS)}}
    run = ident("run")
    history.add("voucher-ledger.GrantRunAdvanced", run, _chunk(1, "2", 1, {"other-kind": 1}))
    history.add(
        "voucher-ledger.VoucherGranted",
        ident("voucher"),
        {**granted, **decision, "run_id": run},
    )
    history.add("voucher-ledger.GrantRunEnded", run, {"reason": "complete"})
    history.add("voucher-ledger.VoucherClaimed", ident("voucher"), {})


def _order(history: History, name: str, balance: int) -> None:
    """An order, and its reservation of 30,000 fen."""
    order = {
        "listing_id": ident("listing"),
        "listing_revision": 2,
        "category": "enterprise.legal",
        "region": "340100",
        "user": ident("user"),
        "provider": ident("provider"),
        "voucher_id": ident("voucher"),
        "price_fen": 100_000,
    }
    history.add("matching.OrderPlaced", ident(name), order)
    quota, taken = ident("cap 1"), 200_000 - balance
    drawn = {"fen": 30_000, "purpose": ident(name), "postings": []}
    history.add("voucher-ledger.BudgetShareDrawn", quota, drawn)
    used = {"fen": 30_000, "order_id": ident(name)}
    history.add("voucher-ledger.AllowanceUsed", ident("allowance"), used)
    bounds = {
        "batch_rate": 30_000,
        "batch_cap": 50_000,
        "item_rate": 40_000,
        "item_cap": 60_000,
        "balance": balance,
        "yearly_cap": 80_000 - taken,
        "category_cap": 70_000 - taken,
    }
    reserved = {
        "order_id": ident(name),
        "provider": ident("provider"),
        "fen": 30_000,
        "calculation": {"price_fen": 100_000, "bounds": bounds, "share_fen": 30_000},
        "quota_share": quota,
        "allowance": ident("allowance"),
        "postings": moved("issued", "reserved", 30_000),
    }
    cause = history.last("matching")
    history.add("voucher-ledger.VoucherReserved", ident("voucher"), reserved, causation=cause)
    funded = {"voucher_fen": 30_000, "own_fen": 70_000}
    cause = history.last("voucher-ledger")
    history.add("matching.OrderFunded", ident(name), funded, causation=cause)


def _redemption(history: History) -> None:
    asked = {
        "order_id": ident("order"),
        "voucher_id": ident("voucher"),
        "provider": ident("provider"),
        "fund": "JYCY",
        "year": 2026,
        "region": "340100",
        "fen": 30_000,
        "invoice_number": "24342000000012345678",
        "contract_sha256": "1" * 64,
        "evidence_sha256": "2" * 64,
    }
    redemption = ident("redemption")
    history.add("voucher-ledger.RedemptionApplied", redemption, asked)
    used = {"number": "24342000000012345678", "order_id": ident("order")}
    history.add("voucher-ledger.InvoiceUsed", ident("invoice"), used)
    approved = {"reviewer": ident("reviewer"), "reason": "材料齐全"}
    history.add("voucher-ledger.RedemptionApproved", redemption, approved)
    paid = {"payer": ident("payer"), "bank_reference": "B-1", "fen": 30_000}
    postings = moved("redeemed", "paid", 30_000)
    history.add("voucher-ledger.RedemptionPaid", redemption, {**paid, "postings": postings})


def clean() -> History:
    """The history that the module's docstring tells."""
    history = History()
    _admissions(history)
    _listing(history)
    _budget(history)
    _voucher(history)
    _allot(history, "cap", "category", 90_000)
    _lease(history, "cap", 1, 70_000)
    opened = {"fund": "JYCY", "user": ident("user"), "year": 2026}
    history.add("voucher-ledger.AllowanceOpened", ident("allowance"), opened)
    _order(history, "order", balance=200_000)
    history.add("matching.OrderDelivered", ident("order"), {"evidence_sha256": "2" * 64})
    history.add("matching.OrderAccepted", ident("order"), {"voucher_id": ident("voucher")})
    redeemed: dict[str, Any] = {"order_id": ident("order"), "fen": 30_000}
    redeemed |= {"provider": ident("provider"), "postings": moved("reserved", "redeemed", 30_000)}
    cause = history.last("matching")
    history.add("voucher-ledger.VoucherRedeemed", ident("voucher"), redeemed, causation=cause)
    _redemption(history)
    _order(history, "second", balance=170_000)
    history.add("matching.OrderCancelled", ident("second"), {"voucher_id": ident("voucher")})
    restored = {"fen": 30_000, "purpose": ident("second")}
    history.add("voucher-ledger.BudgetShareRestored", ident("cap 1"), restored)
    counted = {"fen": 30_000, "order_id": ident("second")}
    history.add("voucher-ledger.AllowanceRestored", ident("allowance"), counted)
    released: dict[str, Any] = {"order_id": ident("second"), "fen": 30_000}
    released["postings"] = moved("reserved", "issued", 30_000)
    cause = history.last("matching")
    history.add("voucher-ledger.VoucherReleased", ident("voucher"), released, causation=cause)
    third = {**history.data("matching.OrderPlaced"), "voucher_id": ident("used up")}
    history.add("matching.OrderPlaced", ident("third"), third)
    history.refuse(ident("third"))
    staff_and_members(history)
    return history


@pytest.fixture(name="ident")
def _ident() -> Callable[[str], str]:
    return ident


@pytest.fixture
def history() -> History:
    return clean()


@pytest.fixture
def app(make_migrated: MakeMigrated) -> Iterator[Oversight]:
    database_url = make_migrated({"oversight": MIGRATIONS})
    keys = {
        "LOG_KEYS": " ".join(map(str, KEYS.logs.values())),
        "WITNESS_KEYS": " ".join(map(str, KEYS.witnesses)),
    }
    app = Oversight(Settings.load("oversight", {"DATABASE_URL": database_url, **keys}))
    yield app
    app.close()


@pytest.fixture
def world(make_migrated: MakeMigrated) -> Iterator[Watched]:
    made = Watched(make_migrated({"oversight": MIGRATIONS}))
    yield made
    made.app.close()
