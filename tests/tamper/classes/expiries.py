"""An expiry that came early, late or never."""

from datetime import timedelta

from chassis import clock
from tests.tamper.attacker import Attacker
from tests.tamper.corpus import variant

KIND = "an expiry that came early, late or never"
LEDGER = "voucher-ledger"
EXPIRED = f"{LEDGER}.VoucherExpired"


def _forge_expiry(a: Attacker, fen: int | None = None, **envelope: str) -> None:
    """Write an expiry for a voucher that still has something left."""
    voucher, left = a.sql(
        LEDGER,
        "SELECT id, available_fen FROM vouchers WHERE state = 'claimed' AND available_fen > 0 "
        "ORDER BY id LIMIT 1",
    )[0]
    granted = a.all(f"{LEDGER}.VoucherGranted", lambda entry: entry.stream == voucher)[0].data
    amount = left if fen is None else fen
    of = f"{granted['fund']}/{granted['region']}/{granted['year']}"
    postings = [
        {"account": f"issued/{of}", "fen": -amount},
        {"account": f"expired-returned/{of}", "fen": amount},
    ]
    data = {"fen": amount, "use_by": granted["use_by"], "postings": postings}
    a.append(a.forged(a.all(EXPIRED)[0], data, stream=voucher, **envelope))
    a.platform.settle()


@variant(KIND, "expired-early", broken=False)
def a_voucher_is_expired_while_it_could_still_be_used(a: Attacker) -> None:
    _forge_expiry(a)


@variant(KIND, "recorded-out-of-time", broken=False)
def a_voucher_is_expired_early_under_a_date_in_the_future(a: Attacker) -> None:
    _forge_expiry(a, recorded_at="2028-01-01T00:00:00.000000Z")
    a.platform.witness()


@variant(KIND, "expiry-differs", broken=False)
def an_expiry_takes_less_than_what_was_left(a: Attacker) -> None:
    a.story.until(2028, 1, 1, 1)
    _forge_expiry(a, fen=100)


@variant(KIND, "never-expired", broken=False)
def the_clock_of_expiry_is_switched_off(a: Attacker) -> None:
    a.story.until(2028, 1, 3, 12)
    a.economy.appropriate(2028)
    a.platform.witness()


@variant(KIND, "expired-late", broken=False)
def the_expiry_is_held_back_for_a_week(a: Attacker) -> None:
    a.story.until(2028, 1, 8, 12)
    a.platform.tick()
    a.platform.witness()


@variant(KIND, "never-expired", "read-model-differs", broken=False)
def vouchers_get_another_date_where_the_ledger_looks_for_what_is_due(a: Attacker) -> None:
    a.sql(LEDGER, "UPDATE vouchers SET use_by = '2099-12-31' WHERE available_fen > 0")
    a.story.until(2028, 1, 5, 12)
    a.platform.tick()
    a.economy.appropriate(2028)
    a.platform.witness()


@variant(KIND, "log-entry-changed", "two-histories", broken=True)
def an_expiry_is_dated_back_in_the_log(a: Attacker) -> None:
    entry = a.one(EXPIRED)
    early = clock.timestamp(clock.now() - timedelta(days=90))
    a.edit(LEDGER, entry.position, lambda event: event.update(recorded_at=early))
    a.reseal(LEDGER)


@variant(KIND, "log-spliced", "two-histories", broken=True)
def an_expiry_is_taken_out_of_the_log(a: Attacker) -> None:
    a.remove(LEDGER, a.one(EXPIRED).position)
    a.reseal(LEDGER)
