"""Subject keys: made, wrapped, held, rewrapped and destroyed with their events; real PostgreSQL."""

import threading
from contextlib import closing
from dataclasses import replace
from typing import Any

import psycopg2
import pytest

from chassis.application import Decision
from chassis.commands import Command, Outcome
from chassis.database import joined
from chassis.domain import new_id
from chassis.privacy import BadKey, PersonalDataKey
from chassis.settings import Settings
from identity.application import Identity
from identity.domain.refusals.personal_data import KeyMissing, SubjectErased
from identity.domain.subject_key import SubjectKey, subject_key_id
from identity.sealing import AES, SM4
from identity.vault import Vault
from services.identity.tests.conftest import KEY, Desk

PLACE = ("identity.PersonalDataRecorded", "name")
OTHER = "6b" * 32


def keep(desk: Desk, subject: str) -> str:
    """Make a key for a subject; returns a text sealed with it."""
    sealing = desk.app.sealing(subject)
    desk.app.write(Decision({}, sealing.aggregates, sealing.statements))
    return sealing.seal(*PLACE, "张三")


def destruction(app: Identity, subject: str) -> Decision:
    key = app.load(SubjectKey, subject_key_id(subject))
    key.destroy("test", "个人信息保护法 art. 47", [])
    return Decision({}, [key], [app.vault.destroy(subject)], locks=[app.vault.lock(subject)])


def rows(app: Identity) -> list[dict[str, Any]]:
    return app.database.rows("SELECT * FROM subject_keys ORDER BY subject_id")


def vault(app: Identity, keys: str, cipher: str = AES) -> Vault:
    return Vault(app.database, PersonalDataKey.load(keys), cipher)


def test_a_key_is_made_once_with_its_event(desk: Desk) -> None:
    subject = new_id()
    sealed = keep(desk, subject)
    again = desk.app.sealing(subject)
    assert again.unseal(*PLACE, sealed) == "张三"
    assert again.aggregates == ()
    assert desk.types() == ["SubjectKeyMade"]
    assert [row["subject_id"] for row in rows(desk.app)] == [subject]
    assert again.key.hex() not in str(rows(desk.app))


def test_two_at_once_make_one_key(desk: Desk) -> None:
    subject, sealed, both = new_id(), list[str](), threading.Barrier(2)

    def make() -> None:
        first = True

        def decide() -> Decision:
            nonlocal first
            sealing = desk.app.sealing(subject)
            if first:
                first = False
                both.wait()
            sealed.append(sealing.seal(*PLACE, "张三"))
            return Decision({}, sealing.aggregates, sealing.statements)

        desk.commands.execute(Command("make", new_id(), {}), decide)

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows(desk.app)) == 1
    assert desk.types() == ["SubjectKeyMade"]
    assert desk.app.sealing(subject).unseal(*PLACE, sealed[-1]) == "张三"


def test_a_destroyed_key_is_gone_and_never_comes_back(desk: Desk) -> None:
    app, subject = desk.app, new_id()
    keep(desk, subject)
    app.write(destruction(app, subject))
    assert rows(app) == []
    assert app.vault.find(subject) is None
    with pytest.raises(SubjectErased):
        app.sealing(subject)
    made = app.vault.make(subject)
    with pytest.raises(Exception, match="does not follow the log"):
        app.write(Decision({}, [], made.statements))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM subject_keys",
        "TRUNCATE subject_keys",
        "UPDATE subject_keys SET subject_id = 'x'",
        "UPDATE subject_keys SET stream = gen_random_uuid()",
        "INSERT INTO subject_keys VALUES ('x', gen_random_uuid(), 'x', 'x')",
    ],
)
def test_keys_come_and_go_with_their_events_only(desk: Desk, statement: str) -> None:
    subject = new_id()
    keep(desk, subject)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        desk.app.database.rows(statement)
    assert [row["subject_id"] for row in rows(desk.app)] == [subject]


def test_a_key_that_is_missing_without_its_event_is_said_to_be_missing(desk: Desk) -> None:
    subject = new_id()
    keep(desk, subject)
    with closing(psycopg2.connect(desk.app.database.url)) as connection, connection:
        connection.cursor().execute(
            "ALTER TABLE subject_keys DISABLE TRIGGER ALL; DELETE FROM subject_keys;"
            "ALTER TABLE subject_keys ENABLE TRIGGER ALL"
        )
    with pytest.raises(KeyMissing):
        desk.app.sealing(subject)


def test_what_is_sealed_is_written_only_while_its_key_is_there(desk: Desk) -> None:
    """A decision that sealed with a key that was destroyed meanwhile is made anew, and refused."""
    app, subject, times = desk.app, new_id(), list[int]()
    keep(desk, subject)

    def decide() -> Decision:
        sealing = app.sealing(subject)
        times.append(1)
        if len(times) == 1:
            app.write(destruction(app, subject))
        return Decision({"written": True}, sealing.aggregates, sealing.statements)

    outcome: Outcome = desk.commands.execute(Command("seal", new_id(), {}), decide)
    assert outcome["error"]["code"] == "identity.subject-erased"
    assert times == [1]


def test_a_destruction_comes_after_what_was_sealed_before_it(desk: Desk) -> None:
    """It waits for the sealing transaction, and gets a later transaction id than that."""
    app, subject = desk.app, new_id()
    keep(desk, subject)
    sealing = app.sealing(subject)
    with closing(psycopg2.connect(app.database.url)) as connection:
        cursor = connection.cursor()
        cursor.execute("INSERT INTO commands VALUES (gen_random_uuid(), 'x', '', '')")
        sql, parameters = joined(sealing.statements)
        cursor.execute(sql, parameters)
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (sealed,) = cursor.fetchone() or (0,)
        decision = destruction(app, subject)
        thread = threading.Thread(target=app.write, args=(decision,))
        thread.start()
        while not app.database.rows("SELECT 1 FROM pg_locks WHERE NOT granted"):
            pass
        cursor.execute("INSERT INTO commands VALUES (gen_random_uuid(), 'y', '', '')")
        connection.commit()
        thread.join()
    destroyed = app.database.row(
        "SELECT tx::text::bigint AS tx FROM events WHERE type = 'identity.SubjectKeyDestroyed'"
    )
    assert destroyed is not None
    assert destroyed["tx"] > sealed


@pytest.mark.parametrize("cipher", [AES, SM4])
def test_keys_are_rewrapped_by_another_master_key_and_the_old_one_opens_nothing(
    desk: Desk, cipher: str
) -> None:
    app, subjects = desk.app, [new_id() for _ in range(5)]
    sealed = {subject: keep(desk, subject) for subject in subjects}
    before = rows(app)
    entries = [entry.text for entry in desk.log()]
    rotating = vault(app, f"{OTHER} {KEY}", cipher)
    assert rotating.rewrap(size=2) == 5
    assert rotating.rewrap(size=2) == 0
    assert not {row["wrapped"] for row in before} & {row["wrapped"] for row in rows(app)}
    assert all(row["wrapped"].startswith(f"sealed:2:{cipher}:") for row in rows(app))
    new, old = vault(app, OTHER), vault(app, KEY)
    for subject in subjects:
        key = new.find(subject)
        assert key is not None
        assert new.opened(subject, key).unseal(*PLACE, sealed[subject]) == "张三"
        with pytest.raises(KeyMissing):
            old.find(subject)
    assert [entry.text for entry in desk.log()] == entries, "no event was touched"


def test_a_rotation_that_was_interrupted_goes_on(desk: Desk) -> None:
    app, subjects = desk.app, sorted(new_id() for _ in range(3))
    for subject in subjects:
        keep(desk, subject)
    rotating = vault(app, f"{OTHER} {KEY}")
    wrapped = rotating._wrap(subjects[1], rotating.find(subjects[1]) or b"")
    app.database.execute(
        [
            (
                "UPDATE subject_keys SET wrapped = %s, master = %s WHERE subject_id = %s",
                (wrapped, rotating.master, subjects[1]),
            )
        ]
    )
    assert all(rotating.find(subject) for subject in subjects), "both open while it is under way"
    assert rotating.rewrap() == 2


def test_a_wrapped_key_of_another_subject_opens_nothing(desk: Desk) -> None:
    app, one, two = desk.app, new_id(), new_id()
    keep(desk, one)
    keep(desk, two)
    swapped = "UPDATE subject_keys SET wrapped = %s WHERE subject_id = %s"
    wrapped = {row["subject_id"]: row["wrapped"] for row in rows(app)}
    app.database.execute([(swapped, (wrapped[two], one))])
    with pytest.raises(KeyMissing):
        app.sealing(one)


def test_look_ups_outlive_a_rotation_of_the_master_key(settings: Settings, app: Identity) -> None:
    """Without the stable key they would not; both spellings are what `personal-keys` prints."""
    before = PersonalDataKey.of(settings)
    stable = (before.lookup + before.command_digests).hex()
    rotated = replace(
        settings,
        personal_data_key=f"{OTHER} {KEY}",
        personal_data_lookup_key=stable,
        personal_data_transit_key=before.sealing.hex(),
    )
    after = PersonalDataKey.of(rotated)
    assert (after.lookup, after.command_digests) == (before.lookup, before.command_digests)
    assert after.sealing == before.sealing
    assert after.derive("wrap/1") != before.derive("wrap/1")
    other = Identity(rotated)
    assert other.account_id("somebody") == app.account_id("somebody")
    other.close()


def test_identity_needs_a_master_key(settings: Settings) -> None:
    keyless = replace(settings, personal_data_key="", personal_data_transit_key="7c" * 32)
    with pytest.raises(BadKey):
        Identity(keyless)
