"""Time passes, and commands come again (过期、重复)."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from chassis import clock
from ledger_model.buying import Buying
from ledger_model.replicas import Fate
from ledger_model.setting import FATES, SMALL, action
from voucher_ledger.clearing import flag_due
from voucher_ledger.expiring import expire_due, lapse_due
from voucher_ledger.reconciling import reconcile_due

MARKS = [
    datetime(*day, 15, 59, 59, tzinfo=UTC)
    for day in [(2026, 6, 30), (2026, 12, 31), (2027, 3, 31), (2027, 4, 1), (2027, 12, 31)]
]
"""Ends of legal days on which something is due."""

INSTANTS = sorted([*MARKS, *(mark + timedelta(seconds=1) for mark in MARKS)])


class Passing(Buying):
    """Days end, vouchers expire, and whoever got no answer asks again."""

    @action(5, fate=FATES, n=SMALL, days=st.sampled_from([0, 0, 0, 1, 2]))
    def time_passes(self, fate: Fate, n: int, days: int) -> None:
        """To the last second of a day, then the first of the next; and the service ticks.

        Sometimes such a day is passed over, as when nobody was there to tick.
        """
        ahead = [instant for instant in INSTANTS if instant > clock.now()][2 * days :]
        if ahead and n < 8:
            self.move(ahead[0])
        self.read_the_date()
        self.reference.expire()
        self.reference.lapse()
        self.redeeming.flag()
        self.restart_sequencer()
        self.tick(fate, lambda world: expire_due(world.ledger, world.commands, 2))
        self.tick(fate, lambda world: lapse_due(world.ledger, world.commands, 2))
        self.tick(fate, lambda world: flag_due(world.ledger, world.commands, 2))
        self.hear_all()
        self.tick(fate, lambda world: reconcile_due(world.ledger, world.commands))

    @action(2, fate=FATES, n=st.integers(0, 99), changed=st.booleans())
    def the_same_id_again(self, fate: Fate, n: int, changed: bool) -> None:
        """Any earlier command once more: the same answer; with other input a refusal."""
        answered, world = self.replicas.answered, self.replicas.worlds[fate.replica]
        ask = self.replicas.changed if changed else self.replicas.again
        ask(world, answered[-1 - n % len(answered)])
