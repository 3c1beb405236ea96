"""A small service of its own, to test the chassis with."""

from collections.abc import Iterator
from typing import ClassVar

import pytest
from sqlalchemy import BigInteger, Column, MetaData, String, Table, bindparam
from sqlalchemy.dialects.postgresql import insert

from chassis import testing
from chassis.application import Application, Decision
from chassis.commands import Command, Commands
from chassis.database import Prepared, Statement
from chassis.domain import Aggregate, Refusal, event, new_id
from chassis.projection import Fact, Projector
from chassis.sequencer import Sequencer
from chassis.settings import Settings
from chassis.testing import MakeMigrated

ACCOUNTS = Table(
    "accounts", MetaData(), Column("id", String, primary_key=True), Column("fen", BigInteger)
)
_SAVE = insert(ACCOUNTS).values(id=bindparam("id"), fen=bindparam("fen"))
SAVE = Prepared(
    _SAVE.on_conflict_do_update(
        index_elements=["id"], set_={"fen": ACCOUNTS.c.fen + _SAVE.excluded.fen}
    )
)


class Overdrawn(Refusal):
    """There is less than was asked for."""

    code = "bank.overdrawn"
    zh = "余额不足:{fen} 分"
    en = "Not enough: {fen} fen"


class Account(Aggregate):
    log = "bank"

    @event("Opened")
    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.fen = 0

    def pay_in(self, fen: int) -> None:
        self._paid(fen)

    def pay_out(self, fen: int) -> None:
        if fen > self.fen:
            raise Overdrawn(fen=self.fen)
        self._paid(-fen)

    @event("Paid")
    def _paid(self, fen: int) -> None:
        self.fen += fen


PROJECTOR = Projector()


@PROJECTOR.on("bank.AccountPaid")
def paid(fact: Fact) -> Iterator[Statement]:
    yield SAVE(id=fact.stream, fen=fact.data["fen"])


class Bank(Application):
    log = "bank"
    projector: ClassVar[Projector] = PROJECTOR

    def open(self, owner: str) -> Decision:
        account = Account(owner)
        return Decision({"id": account.key}, [account])

    def pay_in(self, account_id: str, fen: int) -> Decision:
        account = self.load(Account, account_id)
        account.pay_in(fen)
        return Decision({"fen": account.fen}, [account])

    def pay_out(self, account_id: str, fen: int) -> Decision:
        account = self.load(Account, account_id)
        account.pay_out(fen)
        return Decision({"fen": account.fen}, [account])

    def penalise(self, account_id: str, refusal: Refusal) -> Decision:
        """Refuse, and remember it in the account."""
        account = self.load(Account, account_id)
        account.pay_in(1)
        return Decision({}, [account], rule_version="penalty/1", refusal=refusal)


def command(name: str, id_: str | None = None, **values: object) -> Command:
    return Command(name, id_ or new_id(), values, values, refusal_is_event=True)


@pytest.fixture
def bank_url(make_migrated: MakeMigrated) -> str:
    return make_migrated({})


@pytest.fixture
def bank(bank_url: str) -> Iterator[Bank]:
    app = Bank(Settings.load("bank", {"DATABASE_URL": bank_url}))
    with app.database.cursor() as cursor:
        cursor.execute("CREATE TABLE accounts (id text PRIMARY KEY, fen bigint)")
    yield app
    app.close()


@pytest.fixture
def commands(bank: Bank) -> Commands:
    return Commands(bank, b"key")


@pytest.fixture
def sequencer(bank: Bank) -> Sequencer:
    return testing.sequencer(bank.database, bank.log)
