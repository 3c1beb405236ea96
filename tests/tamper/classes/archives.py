"""Edit of an archived range: entries, hashes or checkpoints of long ago, cosigned since."""

from chassis.sealing.checkpoint import Checkpoint, seal
from chassis.sealing.note import Note
from tests.tamper.attacker import Attacker, Event
from tests.tamper.corpus import variant
from tests.tamper.platform import log_key

KIND = "edit of an archived range"
LEDGER = "voucher-ledger"


def _old(a: Attacker, type_: str) -> int:
    """A place in the first half of the log."""
    log = type_.partition(".")[0]
    half = a.size(log) // 2
    return a.one(type_, lambda entry: entry.position < half).position


def _larger(event: Event) -> None:
    event["data"]["fen"] *= 10


@variant(KIND, "log-entry-changed", broken=True)
def an_old_share_is_multiplied(a: Attacker) -> None:
    a.edit(LEDGER, _old(a, f"{LEDGER}.VoucherRedeemed"), _larger)


@variant(KIND, "log-entry-changed", "two-histories", broken=True)
def an_old_payment_goes_to_somebody_else_and_all_is_sealed_anew(a: Attacker) -> None:
    place = _old(a, f"{LEDGER}.RedemptionApplied")
    other = a.random.choice(a.story.users).subject
    a.edit(LEDGER, place, lambda event: event["data"].update(provider=other))
    a.reseal(LEDGER)


@variant(KIND, "log-entry-changed", broken=True)
def an_old_entry_is_edited_and_only_its_hash_with_it(a: Attacker) -> None:
    place = _old(a, f"{LEDGER}.VoucherClaimed")
    a.edit(LEDGER, place, lambda event: event.update(recorded_at="2026-01-01T00:00:00.000000Z"))
    text = a.entries(LEDGER)[place].text
    leaf = a.hashing(LEDGER).leaf(text.encode())
    a.overwrite_leaf(LEDGER, place, leaf)


@variant(KIND, "log-entry-changed", broken=True)
def many_old_entries_get_another_actor(a: Attacker) -> None:
    for place in range(20, 34):
        a.edit(LEDGER, place, lambda event: event.update(actor="somebody"))


@variant(KIND, "log-tiles-changed", broken=False)
def old_hashes_of_the_tree_are_overwritten(a: Attacker) -> None:
    log = a.some_log(least=30)
    a.overwrite_leaf(log, a.random.randrange(a.covered(log) // 2), b"\x07" * 32)


@variant(KIND, "log-tiles-changed", broken=False)
def a_piece_of_an_old_tile_is_gone(a: Attacker) -> None:
    log = a.some_log(least=30)
    a.sql(log, "DELETE FROM tiles WHERE level = 0 AND number = 0 AND start = 0")


@variant(KIND, "log-checkpoint-changed", broken=True)
def an_old_checkpoint_is_replaced_by_another_that_the_log_signed(a: Attacker) -> None:
    (size, note) = a.sql(LEDGER, "SELECT size, note FROM checkpoints ORDER BY size LIMIT 1")[0]
    was = Checkpoint.parse(Note.parse(note).text)
    other = Checkpoint(was.origin, was.size, bytes(reversed(was.root)), was.extensions)
    forged = str(seal(other, log_key(LEDGER)))
    a.sql(LEDGER, "UPDATE checkpoints SET note = %s WHERE size = %s", forged, size)


@variant(KIND, "copy-entry-changed", broken=True)
def an_old_entry_of_the_supervisors_own_copy_is_edited(a: Attacker) -> None:
    log = a.some_log(least=30)
    a.sql(
        "oversight",
        "UPDATE mirror SET entry = replace(entry, '\"event\":', '\"event\": ') "
        "WHERE log = %s AND position = %s",
        log, a.random.randrange(a.covered(log) // 2),
    )  # fmt: skip


@variant(KIND, "witness-tiles-changed", broken=True)
def the_supervisors_own_hashes_are_overwritten(a: Attacker) -> None:
    a.sql(
        "oversight",
        "UPDATE witness_tiles SET hashes = overlay(hashes PLACING '\\x0707' FROM 5) "
        "WHERE log = %s AND level = 0 AND number = 0 AND start = 0",
        a.some_log(least=30),
    )


@variant(KIND, "event-misfiled", broken=False)
def an_old_reservation_is_filed_under_another_voucher(a: Attacker) -> None:
    entry = a.one(f"{LEDGER}.VoucherReserved")
    a.sql(
        LEDGER,
        "UPDATE events SET stream = gen_random_uuid() WHERE stream = %s AND version = %s",
        entry.stream, entry.event["version"],
    )  # fmt: skip
