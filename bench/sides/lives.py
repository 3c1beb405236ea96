"""Logs as a busy year would leave them: users, firms, vouchers, orders, refusals, payments.

Every entry fits its schema and keeps every rule, so a verification of them is clean. One life is a
user's: admitted, granted a voucher, and ordering with it: about 50 entries in the logs of identity,
matching and the ledger. Who acts on another day signs in again, and redemptions are drawn and paid
some dozens at a time, as on a running platform. The services acknowledge what they applied of each
other's logs; a million entries take less than ten minutes by their own times, so the supervisor,
whose log is not written here, owes no acknowledgement yet.
"""

import json
import random
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from authorities.payments import DEMONSTRATION_KEY
from bench.sides.clearing import Unpaid, cleared, moved
from chassis.canonical import canonical
from chassis.domain import stream_id
from chassis.payment_keys import payment_keys
from chassis.sealing.tree import TreeState
from oversight.domain.completeness import FOLLOWS
from oversight.domain.event import legal_day
from oversight.domain.rules.expiry import days_after
from oversight.domain.rules.grants import ELIGIBILITY
from oversight.domain.rules.parameters import DEFAULTS
from oversight.testing import people


def _institution() -> RSAPrivateKey:
    key = load_pem_private_key(DEMONSTRATION_KEY.encode(), None)
    assert isinstance(key, RSAPrivateKey), "institutions here sign with RSA"
    return key


_INSTITUTION = _institution()
INSTITUTIONS = payment_keys(
    b64encode(
        _INSTITUTION.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).decode()
)
"""Of the payment institution: what signs, and what verifies it."""

Entry = tuple[str, str]
"""A log and the text of its next entry."""

LEDGER = "voucher-ledger"
BEGIN = datetime(2026, 1, 5, 1, tzinfo=UTC)
CITIES = tuple(f"34{number:02}00" for number in (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 15, 16))
CATEGORIES = ("enterprise.legal", "enterprise.tax", "enterprise.it", "startup.training")
FACE, PRICE, SHARE = 500_000, 400_000, 120_000
"""Fen: of a voucher, of every service, and of a price that a voucher pays."""

PROVIDERS, LISTINGS = 40, 200
ACKNOWLEDGED_EVERY = 5_000
"""Entries of all logs between two rounds of acknowledgements."""

PAID_AT_ONCE = 24
"""Redemptions in a payment order: nobody signs one for two of them."""

HOLDERS_A_BATCH = 50_000
TERMS = {
    "fund": "JYCY",
    "year": 2026,
    "face_fen": FACE,
    "rate_bp": 3000,
    "item_cap_fen": 200_000,
    "categories": list(CATEGORIES),
    "use_by": "2026-12-31",
    "redeem_by": "2027-03-31",
}
FIGURES = dict.fromkeys(
    ("face_fen", "rate_bp", "item_cap_fen", "user_cap_fen", "use_by", "redeem_by"), "issuer"
)
"""Who said so, of each figure of a batch."""


class Lives:
    """Writes entries in the order in which they would have happened."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._sizes: dict[str, int] = {"identity": 0, "catalog": 0, "matching": 0, LEDGER: 0}
        self._versions: dict[str, int] = {}
        self._at = BEGIN
        self._providers: list[str] = []
        self._listings: list[tuple[str, str, str, str]] = []
        self._batches: dict[str, str] = {}
        self._shares: dict[str, str] = {}
        self._budget = self._id()
        self._unpaid: list[Unpaid] = []
        self._rounds = 0
        self._accounts: dict[str, str] = {}
        self._claimed: dict[tuple[str, str], int] = {}
        self._trees = dict.fromkeys(self._sizes, TreeState())
        self._unsealed: dict[str, list[bytes]] = {log: [] for log in self._sizes}

    def entries(self, count: int) -> Iterator[Entry]:
        """Whole lives, until there are `count` entries at least."""
        yield from self._offers()
        yield from self._money()
        written = sum(self._sizes.values())
        acknowledged = written
        while written < count:
            yield from self._life()
            written = sum(self._sizes.values())
            if written > acknowledged + ACKNOWLEDGED_EVERY:
                yield from self._acknowledgements()
                acknowledged = written
        yield from self._clearing()

    def _id(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def _digest(self) -> str:
        return f"{self._random.getrandbits(256):064x}"

    def _entry(
        self,
        log: str,
        name: str,
        stream: str,
        data: dict[str, Any],
        role: str | None = None,
        cause: str | None = None,
        command: str | None = None,
    ) -> Entry:
        position = self._sizes[log]
        self._sizes[log] += 1
        version = self._versions[stream] = self._versions.get(stream, 0) + 1
        self._at += timedelta(microseconds=400)
        event = {
            "actor": f"system:{log}" if role is None else data.get("approver") or self._id(),
            "authority": None,
            "causation": cause,
            "command": command or self._id(),
            "correlation": self._id(),
            "data": data,
            "legal_basis": ["art. 17", "art. 19"],
            "recorded_at": self._at.isoformat(timespec="microseconds")[:-6] + "Z",
            "role": role,
            "rule_version": "",
            "schema_version": 1,
            "seen": {other: n - 1 for other, n in self._sizes.items() if n and other != log},
            "stream": stream,
            "type": f"{log}.{name}",
            "version": version,
        }
        text = canonical({"event": event, "log": log, "position": position})
        self._unsealed[log].append(text)
        return log, text.decode()

    def _acknowledgements(self) -> Iterator[Entry]:
        for subscriber, logs in FOLLOWS.items():
            for log in logs:
                if subscriber not in self._sizes or log not in self._sizes:
                    continue
                tree, fresh = self._trees[log], self._unsealed[log]
                self._trees[log] = tree = tree.append(tree.hashing.leaves(fresh)).state
                fresh.clear()
                said = {"followed": log, "size": tree.size, "root": tree.root.hex(), "parked": []}
                stream = stream_id("subscription", subscriber, log)
                if tree.size > self._claimed.get((subscriber, log), 0):
                    self._claimed[subscriber, log] = tree.size
                    yield self._entry(subscriber, "SubscriptionAcknowledged", stream, said)

    def _admitted(self, subject: str, region: str, kind: str) -> Iterator[Entry]:
        account = self._accounts[subject] = self._id()
        opened = {"staff": False, "region": None}
        yield self._entry("identity", "AccountOpened", account, opened, "user")
        yield self._signed_in(subject)
        linked = {"subject_id": subject}
        yield self._entry("identity", "AccountLinked", account, linked, "user")
        key = stream_id("subject-key", subject)
        yield self._entry("identity", "SubjectKeyMade", key, {"subject": subject}, "user")
        tell = people.provider if kind == "provider" else people.user
        for type_, stream, data in tell(subject, region):
            yield self._entry("identity", type_.partition(".")[2], stream, data, "user")
        kept = {"subject": subject, "registry": "public-security", "public": {}}
        kept["sealed"] = {"name": self._sealed(), "id_number": self._sealed()}
        yield self._entry("identity", "PersonalDataRecorded", self._id(), kept, "user")

    def _signed_in(self, subject: str) -> Entry:
        opened = {"account_id": self._accounts[subject], "factor": "password", "enrolling": False}
        opened |= {"expires_at": "2026-01-05T18:00:00.000000Z", "epoch": 0}
        return self._entry("identity", "SessionOpened", self._id(), opened, "user")

    def _sealed(self) -> str:
        return f"sealed:2:aes-256-gcm:{urlsafe_b64encode(self._random.randbytes(45)).decode()}"

    def _offers(self) -> Iterator[Entry]:
        for number in range(PROVIDERS):
            provider = self._id()
            self._providers.append(provider)
            yield from self._admitted(provider, CITIES[number % len(CITIES)], "provider")
        for number in range(LISTINGS):
            listing, provider = self._id(), self._providers[number % PROVIDERS]
            region, category = CITIES[number % len(CITIES)], CATEGORIES[number % len(CATEGORIES)]
            content = {
                "category": category,
                "title": f"创业服务 {number}",
                "description": "一对一咨询,含材料准备、流程辅导与后续跟踪。",
                "price_fen": PRICE,
            }
            confirmed = sha256(canonical(content)).hexdigest()
            listed = {**content, "provider": provider, "region": region}
            listed["content_sha256"] = confirmed
            yield self._entry("catalog", "ListingPublished", listing, listed, "provider")
            terms = {"valid_from": "2026-01-01", "valid_until": "2026-12-31"}
            terms |= {"rate_bp": 3000, "cap_fen": 200_000}  # type: ignore[dict-item]
            yield self._entry("catalog", "ListingWhitelisted", listing, terms, "hrss-province")
            self._listings.append((listing, provider, region, category))

    def _money(self) -> Iterator[Entry]:
        hrss, worth = "hrss-province", FACE * HOLDERS_A_BATCH
        fund, province = {"fund": "JYCY", "year": 2026}, "JYCY/340000/2026"
        yield self._entry(LEDGER, "BudgetOpened", self._budget, {**fund, "region": "340000"}, hrss)
        for each in ("publicity-days", "risk-accept-seconds"):
            name, figure = {"name": each}, self._id()
            yield self._entry(LEDGER, "ParameterOpened", figure, name, hrss)
            none = {**name, "value": 0, "valid_from": "2026-01-05", "document_number": "示例"}
            yield self._entry(LEDGER, "ParameterSet", figure, none, hrss)
        whole = worth * len(CITIES)
        given = {"fen": whole, "source": "provincial", "document_number": "皖财社〔2026〕1号"}
        given["postings"] = moved("appropriated", "unissued", province, whole)
        yield self._entry(LEDGER, "BudgetAppropriated", self._budget, given, hrss)
        for city in CITIES:
            yield from self._batch(city, worth)

    def _batch(self, city: str, worth: int) -> Iterator[Entry]:
        hrss, purse = "hrss-province", f"JYCY/{city}/2026"
        budget, batch, money, share = (self._id() for _ in range(4))
        self._batches[city], self._shares[city] = batch, share
        postings = [
            *moved("unissued", "appropriated", "JYCY/340000/2026", worth),
            *moved("appropriated", "unissued", purse, worth),
        ]
        document = {"document_number": "皖人社〔2026〕1号"}
        allocated = {"region": city, "fen": worth, **document, "postings": postings}
        yield self._entry(LEDGER, "BudgetAllocated", self._budget, allocated, hrss)
        opened = {"fund": "JYCY", "year": 2026, "region": city}
        yield self._entry(LEDGER, "BudgetOpened", budget, opened, hrss)
        received = {"source": self._budget, "fen": worth}
        yield self._entry(LEDGER, "BudgetReceived", budget, received, hrss)
        committed = {"batch_id": batch, "fen": worth}
        yield self._entry(LEDGER, "BudgetCommitted", budget, committed, hrss)
        terms = {**TERMS, "category_caps": {}, "user_cap_fen": None, "figures": FIGURES}
        terms |= {"target_region": city, "target_kinds": ["person"]}
        data = {**terms, "region": city, "amount_fen": worth}
        yield self._entry(LEDGER, "BatchOpened", batch, data, hrss)
        kind = {"kind": "issue", "batch_id": batch, "category": None, "year": None}
        yield self._entry(LEDGER, "AllotmentOpened", money, {**kind, "fen": worth}, hrss)
        leased = {"number": 1, "fen": worth}
        yield self._entry(LEDGER, "AllotmentLeased", money, {**leased, "share_id": share}, hrss)
        begun = {**leased, "allotment_id": money}
        yield self._entry(LEDGER, "BudgetShareLeased", share, begun, hrss)

    def _life(self) -> Iterator[Entry]:
        city = self._random.choice(CITIES)
        user, voucher, purse = self._id(), self._id(), f"JYCY/{city}/2026"
        yield from self._admitted(user, city, "user")
        standing = {
            "admitted": True,
            "verified": True,
            "kind": "person",
            "granted": False,
            "aged_out": False,
            "blacklisted": False,
        }
        granted = {**TERMS, "region": city, "batch_id": self._batches[city], "holder": user}
        granted["eligibility"] = {"rule": ELIGIBILITY, "inputs": {**standing, "region": city}}
        granted["run_id"] = None
        hrss, command = "hrss-province", self._id()
        drawn = {"fen": FACE, "purpose": self._batches[city]}
        drawn["postings"] = moved("unissued", "issued", purse, FACE)
        share = self._shares[city]
        yield self._entry(LEDGER, "BudgetShareDrawn", share, drawn, hrss, None, command)
        yield self._entry(LEDGER, "VoucherGranted", voucher, granted, hrss, None, command)
        yield self._entry(LEDGER, "VoucherClaimed", voucher, {}, "user")
        left = FACE
        for how in self._random.choices(
            ("paid", "owed", "cancelled", "refused"), (6, 1, 1, 1), k=3
        ):
            yield from self._order(user, voucher, purse, left, how)
            left -= SHARE if how in ("paid", "owed") else 0
        if len(self._unpaid) >= PAID_AT_ONCE:
            yield from self._clearing()

    def _clearing(self) -> Iterator[Entry]:
        unpaid, self._unpaid = self._unpaid, []
        self._rounds += bool(unpaid)
        yield from cleared(self._entry, self._rounds, unpaid, SHARE)

    def _order(self, user: str, voucher: str, purse: str, left: int, how: str) -> Iterator[Entry]:
        order = self._id()
        listing, provider, region, category = self._random.choice(self._listings)
        placed = {
            "listing_id": listing,
            "listing_revision": 2,
            "category": category,
            "region": region,
            "user": user,
            "provider": provider,
            "voucher_id": voucher,
            "price_fen": PRICE,
        }
        yield self._signed_in(user)
        yield self._entry("matching", "OrderPlaced", order, placed, "user")
        cause = f"matching/{self._sizes['matching'] - 1}"
        if how == "refused":
            why: dict[str, Any] = {"code": "voucher-ledger.not-holder", "grounds": {}}
            refused = {**why, "command": "reserve_for_order", "inputs": {"of": order}}
            yield self._entry(LEDGER, "CommandRefused", self._id(), refused, None, cause)
            cause = f"{LEDGER}/{self._sizes[LEDGER] - 1}"
            yield self._entry("matching", "OrderRefused", order, why, None, cause)
            return
        share = {"order_id": order, "fen": SHARE}
        bounds = {"batch_rate": SHARE, "batch_cap": 200_000, "item_rate": SHARE}
        bounds |= {"item_cap": 200_000, "balance": left}
        reserved = {
            **share,
            "provider": provider,
            "calculation": {"price_fen": PRICE, "bounds": bounds, "share_fen": SHARE},
            "quota_share": None,
            "allowance": None,
            "postings": moved("issued", "reserved", purse, SHARE),
        }
        yield self._entry(LEDGER, "VoucherReserved", voucher, reserved, None, cause)
        cause = f"{LEDGER}/{self._sizes[LEDGER] - 1}"
        day = legal_day(self._at.isoformat())
        funded: dict[str, Any] = {"voucher_fen": SHARE, "own_fen": PRICE - SHARE}
        funded["deliver_by"] = days_after(day, DEFAULTS["deliver-within-days"])
        yield self._entry("matching", "OrderFunded", order, funded, None, cause)
        if how == "cancelled":
            yield self._entry("matching", "OrderCancelled", order, {"voucher_id": voucher}, "user")
            cause = f"matching/{self._sizes['matching'] - 1}"
            released = {**share, "postings": moved("reserved", "issued", purse, SHARE)}
            yield self._entry(LEDGER, "VoucherReleased", voucher, released, None, cause)
            return
        accept_by = days_after(day, DEFAULTS["accept-within-days"])
        proof = {"evidence_sha256": _evidence(order), "accept_by": accept_by}
        if self._random.random() < 0.5:  # else on the same visit as another order
            yield self._signed_in(provider)
        yield self._entry("matching", "OrderDelivered", order, proof, "provider")
        yield self._signed_in(user)
        accepted = {"accepted_fen": PRICE, "voucher_due_fen": SHARE, "own_due_fen": PRICE - SHARE}
        said = {"voucher_id": voucher, **accepted}
        yield self._entry("matching", "OrderAccepted", order, said, "user")
        cause = f"matching/{self._sizes['matching'] - 1}"
        redeemed = {**share, "provider": provider}
        redeemed["postings"] = moved("reserved", "redeemed", purse, SHARE)
        yield self._entry(LEDGER, "VoucherRedeemed", voucher, redeemed, None, cause)
        if how == "paid":
            yield from self._redemption(order, voucher, (user, provider), purse)

    def _own_payment(self, order: str, user: str, provider: str) -> dict[str, Any]:
        """What the payment institution signed of an order's own share."""
        said = {"order_id": order, "fen": PRICE - SHARE, "reference": f"P-{order}"}
        said["paid_at"] = "2026-01-05T00:00:00.000000Z"
        text = urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=")
        signature = urlsafe_b64encode(_INSTITUTION.sign(text, PKCS1v15(), SHA256())).rstrip(b"=")
        proof = f"{text.decode()}.{signature.decode()}"
        signed = {"proof": proof, "proof_sha256": sha256(proof.encode()).hexdigest()}
        (key,) = INSTITUTIONS
        return {**said, **signed, "payer": user, "provider": provider, "key": key}

    def _redemption(
        self, order: str, voucher: str, parties: tuple[str, str], purse: str
    ) -> Iterator[Entry]:
        fund, region, year = purse.split("/")
        proven, provider = self._own_payment(order, *parties), parties[1]
        yield self._entry(LEDGER, "OwnPaymentProven", self._id(), proven, None)
        redemption, number = self._id(), f"{self._random.randrange(10**19, 10**20)}"
        applied = {
            "order_id": order,
            "voucher_id": voucher,
            "provider": provider,
            "fund": fund,
            "year": int(year),
            "region": region,
            "fen": SHARE,
            "invoice_number": number,
            "contract_sha256": self._digest(),
            "evidence_sha256": _evidence(order),
            "payment_proof_sha256": proven["proof_sha256"],
            "risks": [],
            "pay_by": "2026-02-04",
        }
        command = self._id()
        yield self._entry(
            LEDGER, "RedemptionApplied", redemption, applied, "provider", None, command
        )
        used = {"number": number, "order_id": order}
        yield self._entry(LEDGER, "InvoiceUsed", self._id(), used, "provider", None, command)
        self._unpaid.append(Unpaid(redemption, provider, purse))


def _evidence(order: str) -> str:
    return sha256(order.encode()).hexdigest()
