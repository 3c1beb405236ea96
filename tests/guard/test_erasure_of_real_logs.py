"""Erasure across services: proofs, totals and replays stand; names are unreadable everywhere."""

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import catalog.subscriptions
import identity as package
import identity.subscriptions
from authorities.synthetic import Firm, Person, Population
from catalog.application import Catalog
from chassis import clock
from chassis.commands import Commands
from chassis.database import Database, migrate
from chassis.domain import new_id
from chassis.seal import latest_checkpoint, stream_evidence
from chassis.sealing.evidence import LogKeys
from chassis.settings import Settings
from chassis.testing import sequencer
from identity import queries_privacy
from identity.application import Identity
from identity.erasing import erase_due
from identity.registries import Registries
from oversight.testing import KEYS, WITNESS, cosigned
from schemas.identity.admission import RegisterPerson
from schemas.identity.personal_data import (
    AccessPersonalData,
    CorrectPersonalData,
    GetPersonalData,
    PreviewErasure,
    RequestErasure,
)
from schemas.identity.providers import RegisterProvider
from services.identity.tests.conftest import KEY, OFFER, Desk, Simulator, simulator, world
from services.identity.tests.test_personal_data import lines
from tests.guard.test_replay_of_real_logs import TERMS, Platform
from voucher_ledger.expiring import expire_due

__all__ = ["lines", "simulator", "world"]

MakeDatabase = Callable[[str], str]
Move = Callable[[datetime], None]
VERIFIER = Path(__file__).parents[2] / "verifier" / "wanchuang_verify.py"
PRICE = 120_000


class WholePlatform(Platform):
    """Identity and the catalog are real too; everybody acknowledges what they applied."""

    def __init__(self, make_database: MakeDatabase, registries: str) -> None:
        super().__init__(make_database)
        self.written.clear()
        self.identity = self._start_identity(make_database, registries)
        self.catalog = self._start(Catalog, make_database)
        self.desk = Desk(self.identity)
        self.commands |= {"identity": self.desk.commands, "catalog": Commands(self.catalog)}
        for app in (self.identity, self.catalog):
            self.apps[app.log] = app
            self._sequencers.append(sequencer(app.database, app.log))
        self._following += self._follow(self.identity, identity.subscriptions.POLICIES)
        self._following += self._follow(self.catalog, catalog.subscriptions.POLICIES)
        for app in self.apps.values():
            object.__setattr__(app.settings, "acknowledge_seconds", 0.0)

    @staticmethod
    def _start_identity(make_database: MakeDatabase, registries: str) -> Identity:
        url = make_database("identity")
        migrate(url, {"identity": Path(str(package.__file__)).parent / "migrations"})
        settings = Settings.load("identity", {"DATABASE_URL": url, "PERSONAL_DATA_KEY": KEY})
        return Identity(settings, registries=Registries(registries, 60))

    def subject_keys(self, position: int) -> dict[str, Any]:
        """The port of a replay."""
        return queries_privacy.keys_digest(self.identity.database, position)

    def settle(self) -> None:
        """Let every reaction come about, and everybody say what they applied."""
        super().settle()
        while sum(subscription.acknowledge() for subscription in self._following):
            super().settle()

    def offer(self, price_fen: int) -> tuple[str, str]:
        """A whitelisted listing of the registered provider."""
        content: dict[str, Any] = {"category": "enterprise.legal", "price_fen": price_fen}
        content |= {"title": "咨询", "description": "咨询", "confirmed": True}
        published = self.do("catalog", "publish_listing", "provider", self.provider, **content)
        listing = str(published["result"]["id"])
        terms: dict[str, Any] = {
            "valid_from": "2026-11-01",
            "valid_until": "2026-12-31",
            "rate_bp": 5000,
        }
        self.do("catalog", "whitelist_listing", "hrss-province", listing_id=listing, **terms,
                cap_fen=90_000)  # fmt: skip
        return listing, self.provider

    def databases(self) -> list[Database]:
        """Those of all services."""
        return [app.database for app in self.apps.values()]

    def note(self, log: str) -> str:
        """A log's newest checkpoint, cosigned."""
        return cosigned(log, latest_checkpoint(self.apps[log].database) or "")

    def bundle(self, log: str, stream: str) -> dict[str, Any]:
        """The cosigned evidence of one thing's history."""
        database, note = self.apps[log].database, self.note(log)
        keys = LogKeys(KEYS.logs[log], (WITNESS.verifier,))
        found = stream_evidence(database, log, stream, keys, lambda _size: note)
        assert found is not None
        return found

    provider = ""


@pytest.fixture
def at_noon() -> Iterator[Move]:
    with clock.fixed(datetime(2026, 11, 1, 4, tzinfo=UTC)) as move:
        yield move


@pytest.fixture
def platform(
    make_database: MakeDatabase, simulator: Simulator, at_noon: Move
) -> Iterator[WholePlatform]:
    platform = WholePlatform(make_database, simulator.url)
    yield platform
    for app in platform.apps.values():
        app.close()


def everything(platform: WholePlatform) -> str:
    """Every row of every table of all databases: read models, outcomes, parked entries, mirror."""
    parts = []
    for database in platform.databases():
        names = database.rows(
            "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
        )
        for table in names:
            rows = database.rows(f"SELECT row_to_json(t)::text AS text FROM {table['name']} t")
            parts += [row["text"] for row in rows]
    return "\n".join(parts)


def paid_voucher(platform: WholePlatform, user: str) -> str:
    """A voucher of the user: granted, used for an order, its share paid to the provider."""
    do = platform.do
    listing, provider = platform.offer(price_fen=PRICE)
    platform.settle()
    budget: dict[str, Any] = {"fund": "JYCY", "year": 2026}
    paper = {"document_number": "皖财社〔2026〕1号"}
    do("voucher-ledger", "appropriate_budget", "hrss-province", **budget, amount_fen=500_000,
       source="provincial", **paper)  # fmt: skip
    do("voucher-ledger", "allocate_budget", "hrss-province", **budget, region="340100",
       amount_fen=450_000, **paper)  # fmt: skip
    batch = do("voucher-ledger", "open_batch", "hrss-province", **budget, region="340100",
               amount_fen=400_000, **TERMS)["result"]["id"]  # fmt: skip
    granted = do("voucher-ledger", "grant_vouchers", "hrss-province", batch_id=batch,
                 holders=[user])  # fmt: skip
    voucher = str(granted["result"]["vouchers"][0]["id"])
    do("voucher-ledger", "claim_voucher", "user", user, voucher_id=voucher)
    order = do("matching", "place_order", "user", user, listing_id=listing, voucher_id=voucher,
               price_fen=PRICE)["result"]["id"]  # fmt: skip
    papers = {"evidence_sha256": "a" * 64}
    do("matching", "deliver_order", "provider", provider, order_id=order, **papers)
    do("matching", "accept_order", "user", user, order_id=order)
    asked = do("voucher-ledger", "apply_redemption", "provider", provider, order_id=order,
               invoice_number="2634000000000001", contract_sha256="b" * 64,
               payment_proof_sha256="c" * 64, **papers)  # fmt: skip
    platform.pay(asked["result"]["id"])
    return voucher


def verified(bundle: dict[str, Any], folder: Path) -> str:
    """What the offline verifier says of a bundle, given all published keys."""
    file = folder / f"{new_id()}.json"
    file.write_text(json.dumps(bundle))
    keys = [f"--key={key}" for key in (*map(str, KEYS.logs.values()), str(WITNESS.verifier))]
    program = [sys.executable, "-I", str(VERIFIER), str(file), *keys]
    done = subprocess.run(program, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    return done.stdout


def go(platform: WholePlatform, move: Move, *when: int) -> None:
    """The calendar goes on, and everybody does what has become due."""
    move(datetime(*when, hour=4, tzinfo=UTC))  # type: ignore[arg-type, misc]
    expire_due(platform.ledger, platform.commands["voucher-ledger"])
    erase_due(platform.identity, platform.desk.commands)
    platform.desk.tick()
    platform.settle()


@pytest.mark.timeout(300)
@pytest.mark.article(8, 32, 36)
def test_erasure_leaves_every_proof_standing(
    platform: WholePlatform,
    world: Population,
    at_noon: Move,
    tmp_path: Path,
    lines: io.StringIO,
) -> None:
    person, firm = world.persons[8], world.firms[12]
    desk, account, user = registered(platform, person, firm)
    law: Any = {"legal_basis": "supervision", "file_number": "监1号", "scope": ["name"]}
    seen = desk.as_staff("supervisor").result(AccessPersonalData, subject_id=user, **law)
    assert seen["data"]["name"] == person.name
    assert desk.ask(CorrectPersonalData, account, name="某某某", number=person.id_number)["error"]
    voucher = paid_voucher(platform, user)
    preview = desk.result(PreviewErasure, account)
    assert {duty["what"] for duty in preview["retained"]} == {
        "trades", "beneficiaries", "network-logs",
    }  # fmt: skip
    desk.result(RequestErasure, account, preview=preview["preview"])
    platform.settle()
    refused = platform.do("matching", "place_order", "user", user, listing_id=new_id(),
                          voucher_id=voucher, price_fen=PRICE)  # fmt: skip
    assert "error" in refused, "processing has stopped everywhere"

    go(platform, at_noon, 2027, 1, 1)
    before = platform.verdict()
    assert (before["findings"], before["verdict"]) == ([], "clean")
    bundle = platform.bundle("voucher-ledger", voucher)
    verified(bundle, tmp_path)
    texts = {log: platform.entries(log, 0, platform.size(log)) for log in ("identity", "matching")}
    key = platform.identity.vault.find(user)
    assert key is not None
    assert desk.result(GetPersonalData, account)["data"]["name"] == person.name

    go(platform, at_noon, 2036, 12, 31)
    assert platform.identity.vault.find(user) is not None, "the last duty has not ended"
    go(platform, at_noon, 2037, 1, 1)
    assert platform.identity.vault.find(user) is None

    after = platform.verdict()
    assert (after["findings"], after["verdict"]) == ([], "clean")
    assert after["totals"] == before["totals"]
    for log, kept in texts.items():
        assert platform.entries(log, 0, len(kept)) == kept, "no entry was touched"
    later = platform.bundle("voucher-ledger", voucher)
    assert [one["entry"] for one in later["entries"]] == [one["entry"] for one in bundle["entries"]]
    verified(bundle, tmp_path)
    verified(later, tmp_path)
    destroyed = queries_privacy.erasure_evidence(
        platform.identity.database,
        user,
        LogKeys(KEYS.logs["identity"], (WITNESS.verifier,)),
        lambda: {"size": platform.size("identity"), "note": platform.note("identity")},
    )
    shown = {**bundle, "erasure": {"subject": user, "evidence": destroyed}}
    assert "密钥已依法销毁" in verified(shown, tmp_path)

    kept_anywhere, logged = everything(platform), lines.getvalue()
    assert "PersonalDataRecorded" in kept_anywhere
    for secret in (person.name, person.id_number, key.hex()):
        for form in (secret, json.dumps(secret)[1:-1], json.dumps(json.dumps(secret))[3:-3]):
            assert form not in kept_anywhere
            assert form not in logged
    assert firm.name in kept_anywhere, "what is public of firms stays, and the search finds things"
    assert all(row["n"] == 0 for row in parked(platform))


def registered(platform: WholePlatform, person: Person, firm: Firm) -> tuple[Desk, str, str]:
    """A user and a provider; returns the desk, the user's account and subject."""
    desk = platform.desk
    account, other = desk.account(), desk.account()
    view = desk.result(RegisterPerson, account, name=person.name, id_number=person.id_number)
    papers: Any = {"name": firm.name, "uscc": firm.uscc, **OFFER}
    papers |= {"legal_representative": firm.legal_representative}
    provider = desk.result(RegisterProvider, other, **papers)
    platform.provider = str(provider["subject_id"])
    platform.settle()
    return desk, account, str(view["subject_id"])


def parked(platform: WholePlatform) -> list[dict[str, Any]]:
    return [
        row
        for database in platform.databases()
        for row in database.rows("SELECT count(*) AS n FROM parked")
    ]


@pytest.mark.timeout(300)
@pytest.mark.article(8, 36)
def test_an_erasure_during_a_replay_changes_nothing_that_it_says(
    platform: WholePlatform, world: Population, at_noon: Move
) -> None:
    desk, account, user = registered(platform, world.persons[8], world.firms[12])
    preview = desk.result(PreviewErasure, account)["preview"]
    desk.result(RequestErasure, account, preview=preview)
    platform.settle()
    at_noon(datetime(2027, 5, 1, 4, tzinfo=UTC))
    desk.tick()
    platform.settle()
    asked = platform.subject_keys

    def while_it_is_asked(position: int) -> dict[str, Any]:
        assert erase_due(platform.identity, desk.commands) == 1
        platform.settle()
        return asked(position)

    platform.subject_keys = while_it_is_asked  # type: ignore[method-assign]
    during = platform.verdict()
    assert (during["findings"], during["verdict"]) == ([], "clean")
    platform.subject_keys = asked  # type: ignore[method-assign]
    after = platform.verdict()
    assert (after["findings"], after["verdict"]) == ([], "clean")
    assert after["logs"]["identity"] == during["logs"]["identity"] + 2
    assert platform.identity.vault.find(user) is None
    statement = f"DELETE FROM subject_keys WHERE subject_id = '{platform.provider}'"
    platform.identity.database.execute(
        [
            ("ALTER TABLE subject_keys DISABLE TRIGGER ALL", ()),
            (statement, ()),
            ("ALTER TABLE subject_keys ENABLE TRIGGER ALL", ()),
        ]
    )
    found = platform.verdict()
    assert [finding["rule"] for finding in found["findings"]] == ["keys-differ"]
