"""Carrying out runs of grants (批量发放): chunk by chunk, each once.

`carry_out_runs` is called again and again by the service, on every replica. A chunk is a command
whose id follows from the run and the chunk's number, so it takes effect once; what an interruption
left is gone on with by whoever comes next.
"""

import structlog

from chassis import context
from chassis.commands import Command, Commands
from chassis.refusal import Refusal
from voucher_ledger import queries
from voucher_ledger.application import Ledger
from voucher_ledger.application.grants import CHUNK
from voucher_ledger.domain.run import chunk_command_id

WHO = context.Context(actor="system:voucher-ledger", legal_basis=("art. 17",))

log = structlog.get_logger()


def carry_out_runs(ledger: Ledger, commands: Commands, size: int = CHUNK) -> int:
    """Carry out every run that is not over; returns the number of chunks that it took."""
    count = 0
    for run in queries.grants.running(ledger.database):
        try:
            count += _carry_out(ledger, commands, run["id"], run["number"] + 1, size)
        except Refusal as refusal:  # it passes: the run goes on at the next tick
            log.info("run waits", run=run["id"], code=refusal.code)
    return count


def _carry_out(ledger: Ledger, commands: Commands, run_id: str, first: int, size: int) -> int:
    number = first
    while True:
        values = {"run_id": run_id, "number": number}
        command = Command("advance_grant_run", chunk_command_id(run_id, number), values, values)
        with context.bound(WHO):
            outcome = commands.execute(
                command,
                lambda number=number: ledger.advance_grant_run(run_id, number, size),  # type: ignore[misc]
            )
        number += 1
        if "error" in outcome or outcome["result"]["ended"]:
            return number - first
