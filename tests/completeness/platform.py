"""The five services on databases of their own, following each other; no bus between them.

Applications, subscriptions, sequencers, seals and the witness are the real ones. Nobody signs in:
identity's and the catalog's events are written as their aggregates would write them.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent

import voucher_ledger.queries
from chassis import clock, context
from chassis.bus.host import deployables
from chassis.canonical import canonical
from chassis.commands import Command, Commands, Outcome
from chassis.database import migrate
from chassis.domain import new_id
from chassis.eventstore.mapper import Grounds, event_body, grounds
from chassis.log import Entry
from chassis.seal import Sealer, keys_by_log, latest_checkpoint, signing_key, witness_signer
from chassis.sequencer import Sequencer
from chassis.settings import Settings
from chassis.subscription import Subscription
from chassis.subscription.signed import SignedLog
from chassis.testing import LOG_SIGNING_KEY
from chassis.tlog import SealedLog
from identity import queries_privacy
from oversight.docket import Docket
from oversight.domain.audit import ORDER
from oversight.incomplete import Incomplete
from oversight.testing import KEYS
from oversight.witnessing import Witnessing
from schemas.oversight import LOGS

MakeDatabase = Callable[[str], str]
TERMS: dict[str, Any] = {
    "face_fen": 100_000,
    "rate_bp": 3000,
    "item_cap_fen": 50_000,
    "categories": ["enterprise.legal"],
    "category_caps": {},
    "user_cap_fen": None,
    "use_by": "2026-12-31",
    "redeem_by": "2027-03-31",
}


class Platform:
    """All five services; `apps`, `subscriptions` and `databases` by service."""

    def __init__(self, make_database: MakeDatabase) -> None:
        self.apps: dict[str, Any] = {}
        self.commands: dict[str, Commands] = {}
        self.subscriptions: dict[tuple[str, str], Subscription] = {}
        self._sequencers: dict[str, Sequencer] = {}
        for name in ORDER:
            self._start(name, make_database(name))
        for name in ORDER:
            self.follow(name)
        oversight = self.apps["oversight"]
        signer = witness_signer(oversight.settings)
        keys = {log: KEYS.logs[log] for log in LOGS}
        self._witnessing = Witnessing(oversight, self.commands["oversight"], keys, signer)
        docket = Docket(oversight, self.commands["oversight"])
        self.incomplete = Incomplete(oversight.database, docket)

    def _start(self, name: str, url: str) -> None:
        deployable = deployables()[name]
        migrations = deployable.migrations or Path()
        migrate(url, {name.replace("-", "_"): migrations})
        environ = {
            "DATABASE_URL": url,
            "LOG_SIGNING_KEY": LOG_SIGNING_KEY,
            "LOG_KEYS": " ".join(map(str, KEYS.logs.values())),
            "WITNESS_KEYS": " ".join(map(str, KEYS.witnesses)),
            "WITNESS_KEY": "77" * 32,
            "PERSONAL_DATA_KEY": "5a" * 32,
            "DB_POOL_SIZE": "3",
        }
        settings = Settings.load(name, environ)
        runtime: Any = deployable.service.runtime  # type: ignore[attr-defined]
        app = self.apps[name] = runtime._compose(settings)
        self.commands[name] = Commands(app)
        sealer = Sealer(app.database, signing_key(settings), totals=deployable.totals)
        self._sequencers[name] = Sequencer(app.database, name, sealer)

    def follow(self, name: str) -> None:
        """Begin to follow, or begin anew as after a crash."""
        runtime: Any = deployables()[name].service.runtime  # type: ignore[attr-defined]
        app, keys = self.apps[name], keys_by_log(self.apps[name].settings)
        on_entries = runtime._on_entries(app) if runtime._on_entries else None
        for log in runtime._policies.logs:
            self.subscriptions[name, log] = Subscription(
                app,
                self.commands[name],
                runtime._policies,
                log,
                self.read_log,
                on_entries,
                SignedLog(log, keys[log], self),
            )

    # what services answer about their logs

    def read_log(self, log: str, start: int, end: int) -> Sequence[Entry]:
        """Entries of a log."""
        found: list[Entry] = self.apps[log].log_reader.entries(start, end)
        return found

    def read_note(self, log_name: str) -> str:
        """The newest checkpoint of a log."""
        return latest_checkpoint(self.apps[log_name].database) or ""

    def read_consistency(self, log_name: str, old: int, new: int) -> Sequence[bytes]:
        """The proof that a log only grew."""
        found = SealedLog(self.apps[log_name].database, log_name).consistency(old, new)
        return [bytes.fromhex(each) for each in found["proof"]]

    # the port of a verification

    def size(self, log: str) -> int:
        """How long a log is."""
        return int(self.apps[log].log_reader.size())

    def checkpoint(self, log: str) -> str | None:
        """The newest checkpoint of a log."""
        return latest_checkpoint(self.apps[log].database)

    def entries(self, log: str, start: int, end: int) -> list[str]:
        """Entries of a log."""
        return [entry.text for entry in self.read_log(log, start, end)]

    def trial_balance(self, position: int) -> list[dict[str, Any]]:
        """What the ledger says of its balances."""
        database = self.apps["voucher-ledger"].database
        return voucher_ledger.queries.book.balances(database, position)

    def subject_keys(self, position: int) -> dict[str, Any]:
        """What identity says of the keys that it holds."""
        return queries_privacy.keys_digest(self.apps["identity"].database, position)

    def turn(self, *away: str) -> int:
        """Everybody does once what they do all the time, but for services that are away.

        Returns how many entries came about, were applied or were witnessed.
        """
        moved = sum(sequencer.step() for sequencer in self._sequencers.values())
        for (name, _), subscription in self.subscriptions.items():
            if name not in away:
                moved += subscription.catch_up()
                subscription.acknowledge()
                subscription.release()
        for name in LOGS:
            moved += self._witnessing.step(name, self.checkpoint(name))
        return moved

    def settle(self, *away: str) -> None:
        """Until nothing moves."""
        for _ in range(50):
            if not self.turn(*away):
                return
        raise AssertionError("the platform does not come to rest")

    def verdict(self) -> tuple[str, list[tuple[str, str, int | None]]]:
        """What a verification finds: the verdict; rule, log and position of each finding."""
        command = Command("run_replay", new_id(), {}, {})
        oversight = self.apps["oversight"]
        outcome = self.commands["oversight"].execute(
            command, lambda: oversight.run_replay(self, lambda _: None)
        )
        result = outcome["result"]
        found = [(each["rule"], each["log"], each["position"]) for each in result["findings"]]
        return result["verdict"], found

    def docket(self) -> set[tuple[str, str, int]]:
        """Rule, log and position of what is open on the docket, after a look."""
        self.incomplete.check()
        rows = self.apps["oversight"].database.rows(
            "SELECT rule, about, position FROM findings WHERE closed_at IS NULL"
        )
        return {(row["rule"], row["about"], row["position"]) for row in rows}

    def close(self) -> None:
        """End every connection."""
        for app in self.apps.values():
            app.close()

    # what people do

    def write(self, type_: str, stream: str, data: dict[str, Any], version: int = 1) -> None:
        """An event of identity or the catalog."""
        log = type_.partition(".")[0]
        role = "provider" if type_ == "catalog.ListingPublished" else "hrss-province"
        seen = {"identity": self.size("identity") - 1} if log == "catalog" else {}
        who = context.Context(actor=f"{role} 1", role=role)
        with context.bound(who), grounds(Grounds(seen=seen)):
            body = event_body(type_, UUID(stream), version, clock.now(), data)
        self.apps[log].recorder.insert_events([StoredEvent(UUID(stream), version, type_, body)])

    def admit(self, type_: str, **data: Any) -> str:
        """A verified subject, admitted."""
        subject = new_id()
        verified = {"kind": "firm", "document": "uscc", "region": "340100", "outcome": "match"}
        self.write("identity.SubjectVerified", subject, {**verified, "registry": "market"})
        self.write(type_, subject, {**data, "region": "340100", "conditions": {}}, version=2)
        return subject

    def offer(self) -> str:
        """A whitelisted listing."""
        listing, firm = new_id(), {"kind": "lawful-firm", "name": "示例"}
        provider = self.admit("identity.SubjectAdmittedAsProvider", **firm)
        self.turn()
        content: dict[str, Any] = {"category": "enterprise.legal", "price_fen": 120_000}
        content |= {"title": "咨询", "description": "咨询"}
        confirmed = sha256(canonical(content)).hexdigest()
        listed = {"provider": provider, "region": "340100", "content_sha256": confirmed}
        self.write("catalog.ListingPublished", listing, {**listed, **content})
        period = {"valid_from": "2026-01-01", "valid_until": "2026-12-31"}
        terms = {**period, "rate_bp": 5000, "cap_fen": 90_000}
        self.write("catalog.ListingWhitelisted", listing, terms, version=2)
        return listing

    def do(
        self, log: str, name: str, role: str, subject: str | None = None, **values: Any
    ) -> dict[str, Any]:
        """Carry out a command that has to succeed."""
        app = self.apps[log]
        who = context.Context(actor=f"{role} {subject}", role=role, subject=subject)
        command = Command(name, new_id(), values, values, refusal_is_event=True)
        with context.bound(who):
            outcome: Outcome = self.commands[log].execute(
                command, lambda: getattr(app, name)(**values)
            )
        result: dict[str, Any] = outcome["result"]
        return result

    def begin(self) -> tuple[str, str, str]:
        """A user, a voucher that they claimed, a listing that it may pay for."""
        user = self.admit("identity.SubjectAdmittedAsUser")
        listing = self.offer()
        self.settle()
        budget: dict[str, Any] = {"fund": "JYCY", "year": 2026}
        ledger, hrss = "voucher-ledger", "hrss-province"
        paper = {"document_number": "皖财社〔2026〕1号"}
        self.do(ledger, "appropriate_budget", hrss, **budget, amount_fen=900_000,
                source="provincial", **paper)  # fmt: skip
        self.do(ledger, "allocate_budget", hrss, **budget, region="340100",
                amount_fen=500_000, **paper)  # fmt: skip
        batch = self.do(ledger, "open_batch", hrss, **budget, region="340100",
                        amount_fen=400_000, **TERMS)["id"]  # fmt: skip
        granted = self.do(ledger, "grant_vouchers", hrss, batch_id=batch, holders=[user])
        voucher = granted["vouchers"][0]["id"]
        self.do(ledger, "claim_voucher", "user", user, voucher_id=voucher)
        self.settle()
        return user, voucher, listing

    def order(self, user: str, voucher: str, listing: str) -> str:
        """An order; nobody has heard of it yet."""
        placed = self.do("matching", "place_order", "user", user, listing_id=listing,
                         voucher_id=voucher, price_fen=120_000)  # fmt: skip
        return str(placed["id"])
