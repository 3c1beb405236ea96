"""A key is destroyed once and whole: after a crash, among replicas, beside one that cannot be."""

import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest

from authorities.synthetic import Firm
from identity.domain.subject_key import SubjectKey, subject_key_id
from schemas.identity.accounts import GetAccount
from schemas.identity.admission import RegisterFirm
from schemas.identity.personal_data import PreviewErasure, RequestErasure
from services.identity.tests.conftest import Desk, Move
from services.identity.tests.erasure import HALF_A_YEAR, Someone, erase, noon, someone

__all__ = ["someone"]


@pytest.fixture
def broken_table(desk: Desk) -> Iterator[Any]:
    """Makes the deletion of keys fail, as a crash in the middle of the transaction does."""
    with closing(psycopg2.connect(desk.app.database.url)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'power cut' USING ERRCODE = '57P01'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER aaa BEFORE DELETE ON subject_keys FOR EACH ROW EXECUTE FUNCTION fail()"
        )
        yield lambda: cursor.execute("DROP TRIGGER aaa ON subject_keys")


@pytest.mark.article(36)
def test_a_crash_leaves_either_key_and_no_event_or_event_and_no_key(
    desk: Desk, someone: Someone, at_noon: Move, broken_table: Any
) -> None:
    someone.ask()
    at_noon(noon(HALF_A_YEAR))
    before = desk.types()
    with pytest.raises(Exception, match="power cut"):
        erase(desk)
    assert desk.types() == before
    assert desk.app.sealing(someone.subject).statements
    broken_table()
    assert erase(desk) == 1
    assert desk.types()[len(before) :] == ["SubjectKeyDestroyed", "PersonalDataErased"]


@pytest.mark.article(36)
def test_many_replicas_destroy_a_key_once(desk: Desk, someone: Someone, at_noon: Move) -> None:
    someone.ask()
    at_noon(noon(HALF_A_YEAR))
    threads = [threading.Thread(target=erase, args=(desk,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert desk.types().count("SubjectKeyDestroyed") == 1


@pytest.mark.article(36)
def test_one_that_cannot_be_erased_holds_up_no_other(
    desk: Desk, someone: Someone, firm: Firm, at_noon: Move
) -> None:
    other = desk.account()
    papers: Any = {
        "name": firm.name,
        "uscc": firm.uscc,
        "legal_representative": firm.legal_representative,
    }
    desk.result(RegisterFirm, other, **papers)
    preview = desk.result(PreviewErasure, other)["preview"]
    desk.result(RequestErasure, other, preview=preview)
    someone.ask()
    with closing(psycopg2.connect(desk.app.database.url)) as connection, connection:
        connection.cursor().execute(
            "INSERT INTO erasures VALUES ('00000000-0000-4000-8000-000000000000', '2020-01-01')"
        )
    at_noon(noon(HALF_A_YEAR))
    assert erase(desk) == 2
    assert desk.result(GetAccount, other)["roles"] == []


def test_a_key_that_was_destroyed_otherwise_is_not_destroyed_twice(
    desk: Desk, someone: Someone
) -> None:
    key = desk.app.load(SubjectKey, subject_key_id(someone.subject))
    key.destroy("x", "y", [])
    key.destroy("x", "y", [])
    assert len(key.pending_events) == 1
