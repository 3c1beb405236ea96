"""A history of all logs as the supervisor reads it: events by hand, and what it finds in them."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from copy import deepcopy
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.canonical import canonical
from oversight.domain.audit import ORDER, Audit
from oversight.domain.completeness import FOLLOWS
from oversight.domain.event import legal_day
from oversight.domain.report import Report
from oversight.testing import INSTITUTION, INSTITUTIONS
from oversight.vocabulary import EventSchemas

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
SECRET = "07" * 32
"""With it, the redemption is not drawn for audit."""

SIGNED = ("proof", "proof_sha256", "key")
"""What the payment institution's signature gives an own payment."""

ELIGIBILITY = "eligibility/3 (not Anhui law)"
INPUTS = {
    "admitted": True,
    "verified": True,
    "kind": "person",
    "region": "340100",
    "granted": False,
    "aged_out": False,
    "blacklisted": False,
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
    "OwnPaymentProven": "voucher-ledger",
    "OwnPaymentRefunded": "voucher-ledger",
    "VoucherRedeemed": "voucher-ledger",
    "VoucherExpired": "voucher-ledger",
    "VoucherReturned": "voucher-ledger",
    "VoucherShareLapsed": "voucher-ledger",
    "SampleRoundDrawn": "voucher-ledger",
    "RedemptionPublicised": "voucher-ledger",
    "RedemptionOverdue": "voucher-ledger",
    "ReconciliationDone": "voucher-ledger",
    "DifferenceFound": "voucher-ledger",
    "SubjectKeyDestroyed": "identity",
    "PersonalDataErased": "identity",
    "PersonalDataErasureDeferred": "identity",
    "OrderFunded": "matching",
    "OrderRefused": "matching",
}
MOVING = ("VoucherRedeemed", "VoucherShareLapsed", "OwnPaymentProven", "RedemptionApplied")
"""Events of the ledger that name an order whose money moved; the others follow them at once."""

OF_EACH_SYSTEM = ("SubscriptionAcknowledged", "SubscriptionReleased")
ROLES = {
    "PersonalDataAccessed": "employment-province",
    "PersonalDataCorrected": "operator",
    "ListingPublished": "provider",
    "VoucherClaimed": "user",
    "RedemptionApplied": "provider",
    "InvoiceUsed": "provider",
    "RedemptionApproved": "employment-province",
    "RedemptionHeld": "employment-province",
    "RedemptionInstructed": "employment-province",
    "RedemptionPaid": "finance-province",
    "RedemptionRepaid": "finance-province",
    "RedemptionWrittenOff": "finance-province",
    "SampleRoundCommitted": "employment-province",
    "PaymentOrderProposed": "employment-province",
    "PaymentOrderSettled": "finance-province",
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


def signed(said: dict[str, Any], key: Ed25519PrivateKey) -> dict[str, str]:
    """What the payment institution says, as an event has it."""
    text = urlsafe_b64encode(canonical(said)).rstrip(b"=")
    proof = f"{text.decode()}.{urlsafe_b64encode(key.sign(text)).rstrip(b'=').decode()}"
    digest = sha256(proof.encode()).hexdigest()
    by = key.public_key().public_bytes_raw().hex()
    return {"proof": proof, "proof_sha256": digest, "key": by}


def _actor(data: dict[str, Any], somebody: str) -> str:
    """Who did it, where that is said."""
    return str(data.get("approver") or data.get("decider") or somebody)


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
            "actor": f"system:{system}" if system else _actor(data, ident("account " + name)),
            "authority": None if system or ROLES.get(name) != "operator" else ident("tenure"),
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

    def pay_as_applied(self) -> None:
        """Let the payment order, its file, the bank's answer and the own share be of the order."""
        self.prove(fen=self.data("matching.OrderAccepted")["own_due_fen"])
        applied, ledger = self.data("voucher-ledger.RedemptionApplied"), "voucher-ledger"
        fen, provider = applied["fen"], applied["provider"]
        proposed = self.find(f"{ledger}.PaymentOrderProposed")
        proposed["data"]["items"][0].update(fen=fen, provider=provider)
        proposed["data"]["total_fen"] = fen
        yuan = f"{fen // 100}.{fen % 100:02}"
        head = f"H,{proposed['stream']},1,{yuan},2026-05-01"
        written = f"{head}\r\nD,e2e1,{provider},{yuan}\r\n"
        digest = sha256(written.encode()).hexdigest()
        self.data(f"{ledger}.PaymentOrderIssued")["csv_sha256"] = digest
        self.data(f"{ledger}.PaymentOrderSettled")["paid_fen"] = fen

    def prove(self, **changes: Any) -> None:
        """Let the payment institution sign an own payment, and the redemption hand that in.

        `by`: another key than the institution's.
        """
        key = changes.pop("by", INSTITUTION)
        event = self.data("voucher-ledger.OwnPaymentProven")
        event.update(changes)
        said = {name: event[name] for name in ("order_id", "fen", "reference", "paid_at")}
        if "payer_account" in event:
            said["payer_account"] = event["payer_account"]
        event.update(signed(said, key))
        applied = self.data("voucher-ledger.RedemptionApplied")
        applied["payment_proof_sha256"] = event["proof_sha256"]

    def refund(self, **changes: Any) -> dict[str, Any]:
        """Let the payment institution say that a user got a fen back; `by`: another key."""
        key = changes.pop("by", INSTITUTION)
        told = {"order_id": ident("order"), "fen": 1, "reference": "R-1"}
        told |= {"refunded_at": "2026-05-01T04:00:00.000000Z", **changes}
        data = {**told, **signed(told, key)}
        return self.add("voucher-ledger.OwnPaymentRefunded", ident("own payment"), data)

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

    def reconcile(self, at: str | None = None, **data: Any) -> dict[str, Any]:
        """Let the ledger reconcile: of an empty log, or of what `data` says instead."""
        when = at or self.latest()
        told: dict[str, Any] = {"number": 1, "day": legal_day(when), "since": 0, "covered": 0}
        told |= {"root": None, "orders_seen": -1, "checked": 0, "found": 0, "complete": True}
        told |= data
        seen = {"matching": told["orders_seen"]} if told["orders_seen"] >= 0 else {}
        stream = ident(f"reconciliation {told['number']}")
        return self.add("voucher-ledger.ReconciliationDone", stream, told, at=when, seen=seen)

    def reconcile_daily(self) -> None:
        """Let the ledger reconcile on each of its days but the last, what was there before it.

        Nothing of matching's log is seen, so nothing is compared.
        """
        log, since = list(self.logs["voucher-ledger"]), 0
        if any(event["type"] == "voucher-ledger.ReconciliationDone" for event in log):
            return
        days = [legal_day(str(event["recorded_at"])) for event in log]
        for number, day in enumerate(sorted({day for day in days if day >= "2018"})[:-1], 1):
            covered = max(since, next(n for n, other in enumerate(days) if other >= day))
            moved = {
                event["data"]["order_id"]
                for event in log[since:covered]
                if event["type"].partition(".")[2] in MOVING
            }
            said = {"number": number, "since": since, "covered": covered, "checked": len(moved)}
            self.reconcile(str(log[days.index(day)]["recorded_at"]), **said)
            since = covered

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
            history.reconcile_daily()
            history.acknowledge_all()
        sizes = {log: len(found) for log, found in history.logs.items()}
        audit = Audit(EventSchemas(), sizes, institutions=INSTITUTIONS)
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
