"""Telling the payment institution what users have to pay themselves, at every tick (自付指令).

Nothing is written: what is due follows from the log, and the institution knows a repeated
instruction by its id. So an instruction that was lost is given again, and one whose call-back was
lost brings another call-back.
"""

from chassis import clock
from voucher_ledger import queries
from voucher_ledger.application import Ledger

AT_A_TIME = 200


class Instructing:
    """Goes through what is due, some of it at each tick, and begins anew at the end."""

    def __init__(self, ledger: Ledger, at_a_time: int = AT_A_TIME) -> None:
        self._ledger = ledger
        self._at_a_time = at_a_time
        self._after = ""

    def instruct_due(self) -> int:
        """Instruct the next payments that are due; returns how many the institution took."""
        if not self._ledger.institution.reachable:
            return 0
        day, database = clock.legal_date().isoformat(), self._ledger.database
        rows = queries.own_payments.due(database, day, self._after, self._at_a_time)
        for count, row in enumerate(rows):
            if not self._ledger.institution.instruct(row["id"], row["order_id"], row["fen"]):
                return count
            self._after = row["order_id"]
        if len(rows) < self._at_a_time:
            self._after = ""
        return len(rows)
