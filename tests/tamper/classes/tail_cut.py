"""Tail cut: the newest entries vanish, as after a restored backup, or give way to others."""

from tests.tamper.attacker import Attacker
from tests.tamper.corpus import variant
from tests.tamper.platform import LOGS

KIND = "tail cut"


@variant(KIND, "log-shrunk", broken=True)
def the_newest_entries_are_deleted_with_all_that_was_sealed_of_them(a: Attacker) -> None:
    log = a.some_log()
    a.cut(log, a.size(log) - a.random.randint(1, 5))


@variant(KIND, "log-shrunk", broken=True)
def a_backup_from_before_the_last_cosignature_is_restored(a: Attacker) -> None:
    log = a.some_log()
    a.cut(log, a.covered(log) // 2)


@variant(KIND, "log-shrunk", broken=True)
def entries_that_nobody_had_cosigned_yet_are_cut_off(a: Attacker) -> None:
    a.economy.appropriate(2027)
    a.platform.settle()
    assert a.covered("voucher-ledger") < a.size("voucher-ledger")
    a.cut("voucher-ledger", a.covered("voucher-ledger"))


@variant(KIND, "log-shrunk", broken=True)
def a_whole_log_is_emptied(a: Attacker) -> None:
    a.cut(a.some_log(), 0)


@variant(KIND, "log-shrunk", broken=True)
def every_log_is_set_back_at_once(a: Attacker) -> None:
    for log in LOGS:
        a.cut(log, max(1, a.size(log) - 4))


@variant(KIND, "log-tail-replaced", broken=True)
def the_tail_is_cut_off_and_another_grows_in_its_place(a: Attacker) -> None:
    size = a.size("voucher-ledger")
    a.cut("voucher-ledger", size - 6)
    a.platform.restart()
    for _ in range(8):
        a.economy.appropriate(2027, fen=500)
    a.platform.sequence()


@variant(KIND, "log-tail-replaced", broken=True)
def the_last_payment_is_replaced_by_another(a: Attacker) -> None:
    log = "voucher-ledger"
    paid = a.all("voucher-ledger.RedemptionPaid")[-1]
    size = a.size(log)
    a.cut(log, paid.position)
    a.platform.restart()
    while a.size(log) < size:
        a.economy.appropriate(2027, fen=100)
        a.platform.sequence()


@variant(KIND, "copy-tail-cut", broken=True)
def the_tail_of_the_supervisors_own_copy_is_cut(a: Attacker) -> None:
    log = a.some_log()
    a.sql(
        "oversight",
        "DELETE FROM mirror WHERE log = %s AND position >= %s",
        log,
        a.size(log) - a.random.randint(1, 5),
    )
