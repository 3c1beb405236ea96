"""The vault (密钥库): each subject's key, wrapped by the master key, in a private table.

`subject_keys` is the one table of the platform whose rows may be deleted, and only those whose
destruction is in the log: triggers see to both. A key is 32 random bytes, sealed under a key that
is derived from the master key; `master` names the master key, so that a rotation can be resumed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import structlog
from sqlalchemy import bindparam, delete, insert, select

from chassis.database import Database, Prepared, Statement
from chassis.privacy import BadKey, PersonalDataKey, Unsealable
from identity.domain.refusals.personal_data import KeyMissing
from identity.domain.subject_key import SubjectKey, subject_key_id
from identity.sealing import cipher_key, new_key, require_cipher, seal_with, unseal
from identity.tables import SUBJECT_KEYS

log = structlog.get_logger()

_WRAPPED = "subject-key"
_KEEP = Prepared(
    insert(SUBJECT_KEYS).values(
        {name: bindparam(name) for name in ("subject_id", "stream", "wrapped", "master")}
    )
)
_DELETE = Prepared(delete(SUBJECT_KEYS).where(SUBJECT_KEYS.c.subject_id == bindparam("key")))
_HOLD = "SELECT hold_subject_key(%s)"
_HOLD_AS_READ = "SELECT hold_subject_key(%s, %s, %s)"
_LOCK = "SELECT 1 FROM subject_keys WHERE subject_id = %s FOR UPDATE"
_ALL = """
SELECT subject_id, wrapped, master FROM subject_keys WHERE subject_id > %s
ORDER BY subject_id LIMIT %s
"""
_STALE = """
SELECT subject_id, wrapped FROM subject_keys WHERE master <> %s AND subject_id > %s
ORDER BY subject_id LIMIT %s
"""
_REWRAP = "UPDATE subject_keys SET wrapped = %s, master = %s WHERE subject_id = %s AND wrapped = %s"


@dataclass(frozen=True)
class Sealing:
    """What a decision seals a subject's personal fields with.

    The decision hands over `aggregates` and `statements` with its own: a new key is kept with the
    first event that it seals, and one that is destroyed meanwhile makes the decision start anew.
    """

    subject: str
    key: bytes
    cipher: str
    aggregates: tuple[SubjectKey, ...]
    statements: tuple[Statement, ...]

    def seal(self, type_: str, field: str, text: str) -> str:
        """A personal field of an event type of this subject, as the event holds it."""
        return seal_with(self._derived, self.cipher, text, self.subject, type_, field)

    @cached_property
    def _derived(self) -> bytes:
        return cipher_key(self.key, self.cipher)

    def unseal(self, type_: str, field: str, value: str) -> str:
        """The text of a sealed field. Raises `Unsealable`."""
        return unseal(self.key, value, self.subject, type_, field)


class Vault:
    """Keeps, opens and rewraps subject keys; what is written is handed over as statements."""

    def __init__(self, database: Database, key: PersonalDataKey, cipher: str) -> None:
        self._database = database
        self.cipher = require_cipher(cipher)
        names = [each[:8].hex() for each in key.derive_all("master-name/1")]
        if not names:
            raise BadKey("PERSONAL_DATA_KEY is not set: subject keys are wrapped by it")
        self._masters = dict(zip(names, key.derive_all("wrap/1"), strict=True))
        self.master = names[0]
        """The name of the present master key, by which it cannot be guessed."""

    def find(self, subject: str) -> bytes | None:
        """The subject's key, or None where there is none (any more).

        Raises `KeyMissing` for one that no known master key opens.
        """
        row = self._database.row(
            select(SUBJECT_KEYS.c.wrapped, SUBJECT_KEYS.c.master).where(
                SUBJECT_KEYS.c.subject_id == subject
            )
        )
        if row is None:
            return None
        try:
            return self._unwrapped(subject, row["wrapped"], row["master"])
        except KeyMissing:
            log.critical("subject key cannot be unwrapped", subject=subject)
            raise

    def make(self, subject: str) -> Sealing:
        """A new key for a subject that has none and never had one."""
        key = new_key()
        keep = _KEEP(
            subject_id=subject,
            stream=subject_key_id(subject),
            wrapped=self._wrap(subject, key),
            master=self.master,
        )
        return Sealing(subject, key, self.cipher, (SubjectKey(subject=subject),), (keep,))

    def opened(self, subject: str, key: bytes) -> Sealing:
        """Sealing with a key that there is; it must still be there when the decision is written."""
        return Sealing(subject, key, self.cipher, (), ((_HOLD, (subject,)),))

    def hold(self, subject: str, stream: str, version: int) -> Statement:
        """Write a decision only while the key is there and the stream is as it was read.

        For what a decision stands on and does not write: who changes that stream takes `lock`.
        """
        return _HOLD_AS_READ, (subject, stream, version)

    def lock(self, subject: str) -> Statement:
        """Wait for decisions that hold a key: what they write comes before what this one does.

        One of the decision's `locks`: its transaction gets its id after the wait, and by these ids
        the log is ordered.
        """
        return _LOCK, (subject,)

    def destroy(self, subject: str) -> Statement:
        """Delete a key whose destruction is written with it."""
        return _DELETE(key=subject)

    def rewrap(self, size: int = 500) -> int:
        """Wrap every key by the present master key; returns how many were not yet. Resumable.

        Raises `KeyMissing` at the first that no known master key opens.
        """
        count, after = 0, ""
        while rows := self._database.rows(_STALE, (self.master, after, size)):
            statements: list[Statement] = []
            for row in rows:
                subject, wrapped = row["subject_id"], row["wrapped"]
                again = self._wrap(subject, self._unwrapped(subject, wrapped, ""))
                statements.append((_REWRAP, (again, self.master, subject, wrapped)))
            self._database.execute(statements)
            count, after = count + len(rows), rows[-1]["subject_id"]
        return count

    def unreadable(self, size: int = 500) -> Iterator[str]:
        """The subjects whose keys no known master key opens."""
        after = ""
        while rows := self._database.rows(_ALL, (after, size)):
            for row in rows:
                try:
                    self._unwrapped(row["subject_id"], row["wrapped"], row["master"])
                except KeyMissing:
                    yield row["subject_id"]
            after = rows[-1]["subject_id"]

    def _wrap(self, subject: str, key: bytes) -> str:
        return seal_with(self._wrapping, self.cipher, key.hex(), _WRAPPED, subject)

    @cached_property
    def _wrapping(self) -> bytes:
        return cipher_key(self._masters[self.master], self.cipher)

    def _unwrapped(self, subject: str, wrapped: str, master: str) -> bytes:
        named = self._masters.get(master)
        for each in (named,) if named else self._masters.values():
            try:
                return bytes.fromhex(unseal(each, wrapped, _WRAPPED, subject))
            except Unsealable:
                continue
        raise KeyMissing
