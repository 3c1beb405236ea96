"""Misuse of erasure: as a pretext, too early, never, or in appearance only."""

from typing import Any
from uuid import uuid4

from chassis.log import Entry
from tests.tamper.attacker import Attacker
from tests.tamper.corpus import variant

KIND = "misuse of erasure"
LOG = "identity"
MADE, DESTROYED = f"{LOG}.SubjectKeyMade", f"{LOG}.SubjectKeyDestroyed"
ASKED, ERASED = f"{LOG}.PersonalDataErasureRequested", f"{LOG}.PersonalDataErased"
RECORDED = f"{LOG}.PersonalDataRecorded"


def _subjects(a: Attacker, type_: str) -> set[str]:
    return {str(entry.data["subject"]) for entry in a.all(type_)}


def _made(a: Attacker, subject: str) -> Entry:
    return a.one(MADE, lambda entry: entry.data["subject"] == subject)


def _ordinary(a: Attacker) -> str:
    """Somebody whose personal data is kept, and who never asked for erasure."""
    return a.random.choice(sorted(_subjects(a, RECORDED) - _subjects(a, ASKED)))


def _leaving(a: Attacker) -> str:
    """Somebody who asked for erasure, and whose key is there yet."""
    return a.random.choice(sorted(_subjects(a, ASKED) - _subjects(a, DESTROYED)))


def _destroy(a: Attacker, subject: str, **envelope: Any) -> None:
    """Destroy a key, with an event that says so."""
    a.sql(LOG, "DELETE FROM subject_keys WHERE subject_id = %s", subject)
    stream = _made(a, subject).stream
    a.append(a.forged(a.one(DESTROYED), {"subject": subject}, stream=stream, **envelope))
    a.platform.witness()


@variant(KIND, "key-destroyed-unrequested", broken=False)
def a_key_is_destroyed_that_nobody_asked_to_destroy(a: Attacker) -> None:
    _destroy(a, _ordinary(a))


@variant(KIND, "keys-differ", broken=None)
def a_key_is_deleted_without_an_event(a: Attacker) -> None:
    a.sql(LOG, "DELETE FROM subject_keys WHERE subject_id = %s", _ordinary(a))


@variant(KIND, "keys-differ", broken=None)
def a_key_is_kept_back_that_was_destroyed(a: Attacker) -> None:
    gone = str(a.one(DESTROYED).data["subject"])
    stream = _made(a, gone).stream
    add = (
        "INSERT INTO subject_keys (subject_id, stream, wrapped, master) "
        "SELECT %s, %s, wrapped, master FROM subject_keys LIMIT 1"
    )
    a.sql(LOG, add, gone, stream)


@variant(KIND, "key-destroyed-early", broken=False)
def a_key_is_destroyed_on_the_day_of_the_request(a: Attacker) -> None:
    _destroy(a, _leaving(a))


@variant(KIND, "erased-with-key", broken=False)
def an_erasure_is_said_to_be_done_and_the_key_is_kept(a: Attacker) -> None:
    subject = _leaving(a)
    stream = a.one(ASKED, lambda entry: entry.data["subject"] == subject).stream
    a.append(a.forged(a.one(ERASED), {"subject": subject}, stream=stream))
    a.platform.witness()


@variant(KIND, "erasure-overdue", broken=False)
def a_request_is_left_lying(a: Attacker) -> None:
    subject = _leaving(a)
    due = a.one(ASKED, lambda entry: entry.data["subject"] == subject).data["destroy_on"]
    year, month, day = map(int, due.split("-"))
    a.story.until(year, month, day)
    a.story.wait(days=5)
    a.economy.appropriate(year)
    a.platform.witness()


@variant(KIND, "processed-after-erasure", broken=False)
def a_leaver_is_granted_a_voucher(a: Attacker) -> None:
    granted = a.one("voucher-ledger.VoucherGranted")
    size = a.size(LOG)
    subject = _leaving(a)
    seen = {**granted.event["seen"], LOG: size - 1}
    event = a.forged(granted, {"holder": subject}, stream=str(uuid4()), seen=seen)
    a.append(event)
    a.platform.witness()


@variant(KIND, "key-made-twice", broken=False)
def a_destroyed_key_is_made_again(a: Attacker) -> None:
    gone = a.one(DESTROYED)
    a.append(a.forged(_made(a, str(gone.data["subject"])), {}))
    a.platform.witness()


@variant(KIND, "log-spliced", "two-histories", broken=True)
def the_entries_of_a_person_are_taken_out_under_the_pretext_of_erasure(a: Attacker) -> None:
    gone = a.one(DESTROYED).data["subject"]
    a.remove(LOG, a.one(RECORDED, lambda entry: entry.data["subject"] == gone).position)
    a.reseal(LOG)


@variant(KIND, "log-entry-changed", "two-histories", broken=True)
def sealed_fields_are_blanked_in_the_log_instead_of_losing_their_key(a: Attacker) -> None:
    subject = _leaving(a)
    entry = a.one(RECORDED, lambda entry: entry.data["subject"] == subject)
    a.edit(LOG, entry.position, lambda event: event["data"].update(sealed={}))
    a.reseal(LOG)
