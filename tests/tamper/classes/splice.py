"""Splice in the middle: an entry is taken out, put in, doubled, or changes its place."""

from tests.tamper.attacker import Attacker
from tests.tamper.corpus import variant

KIND = "splice in the middle"


def _middle(a: Attacker, log: str) -> int:
    """Some place that is neither the first nor among the last."""
    return a.random.randint(1, a.covered(log) - 4)


@variant(KIND, "log-spliced", broken=True)
def an_entry_is_taken_out_and_the_rest_closes_up(a: Attacker) -> None:
    log = a.some_log()
    a.remove(log, _middle(a, log))


@variant(KIND, "log-spliced", "two-histories", broken=True)
def an_entry_is_taken_out_and_all_is_sealed_anew_with_the_logs_own_key(a: Attacker) -> None:
    log = a.some_log()
    a.remove(log, _middle(a, log))
    a.reseal(log)


@variant(KIND, "log-spliced", "two-histories", broken=True)
def a_voucher_is_taken_out_with_its_whole_history(a: Attacker) -> None:
    log, stream = "voucher-ledger", a.one("voucher-ledger.VoucherClaimed").stream
    while found := [entry for entry in a.entries(log) if entry.stream == stream]:
        a.remove(log, found[-1].position)
    a.reseal(log)


@variant(KIND, "log-spliced", "two-histories", broken=True)
def a_forged_increase_of_the_budget_is_put_in(a: Attacker) -> None:
    like = a.all("voucher-ledger.BudgetAppropriated")[0]
    number = {"document_number": "皖财社〔2026〕99号"}
    forged = a.forged(like, number, version=3, recorded_at=like.event["recorded_at"])
    a.insert("voucher-ledger", like.position + 1, forged)
    a.reseal("voucher-ledger")


@variant(KIND, "log-spliced", "two-histories", broken=True)
def a_refusal_is_doubled(a: Attacker) -> None:
    like = a.one("voucher-ledger.CommandRefused")
    stream = a.forged(like, {})["command"]
    a.insert("voucher-ledger", like.position + 1, {**like.event, "stream": stream})
    a.reseal("voucher-ledger")


@variant(KIND, "log-spliced", broken=True)
def two_neighbours_change_places(a: Attacker) -> None:
    log = a.some_log()
    place = _middle(a, log)
    a.swap(log, place, place + 1)
    a.reseal(log)


@variant(KIND, "log-spliced", broken=True)
def two_far_entries_change_places(a: Attacker) -> None:
    log = a.some_log()
    a.swap(log, 2, a.covered(log) - 3)


@variant(KIND, "log-spliced", broken=True)
def a_place_in_the_middle_is_left_empty(a: Attacker) -> None:
    log = a.some_log()
    a.sql(log, "DELETE FROM entries WHERE position = %s", _middle(a, log))


@variant(KIND, "copy-spliced", broken=True)
def an_entry_is_taken_out_of_the_supervisors_own_copy(a: Attacker) -> None:
    log = a.some_log(least=40)
    place = _middle(a, log)
    a.sql("oversight", "DELETE FROM mirror WHERE log = %s AND position = %s", log, place)
    a.sql(
        "oversight",
        "UPDATE mirror SET position = position + 1000000 WHERE log = %s AND position > %s",
        log, place,
    )  # fmt: skip
    a.sql(
        "oversight",
        "UPDATE mirror SET position = position - 1000001 WHERE log = %s AND position > %s",
        log, place,
    )  # fmt: skip
