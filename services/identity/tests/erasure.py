"""Somebody with an account who asks that his data be erased."""

from datetime import date, datetime
from typing import Any

import pytest

from authorities.synthetic import Person
from chassis.domain import new_id
from identity.erasing import erase_due
from schemas.identity.accounts import GetAccount
from schemas.identity.admission import RegisterPerson
from schemas.identity.personal_data import PreviewErasure, RequestErasure
from services.identity.tests.conftest import NOON, Desk

HALF_A_YEAR = "2027-05-01"
"""Six months after the day of the tests: what every account's logs are kept for."""


class Someone:
    """A registered person with an account."""

    def __init__(self, desk: Desk, person: Person) -> None:
        self.desk, self.person = desk, person
        self.login = f"u-{new_id()}"
        self.account = desk.account(self.login)
        view = desk.result(
            RegisterPerson, self.account, name=person.name, id_number=person.id_number
        )
        self.subject = str(view["subject_id"])

    def preview(self) -> dict[str, Any]:
        return self.desk.result(PreviewErasure, self.account)

    def ask(self) -> dict[str, Any]:
        return self.desk.ask(RequestErasure, self.account, preview=self.preview()["preview"])

    def roles(self) -> list[str]:
        return list(self.desk.result(GetAccount, self.account)["roles"])


@pytest.fixture
def someone(desk: Desk, person: Person) -> Someone:
    return Someone(desk, person)


def noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), NOON.timetz())


def erase(desk: Desk) -> int:
    return erase_due(desk.app, desk.commands)
