"""`wanchuang-oversight`: the supervisor's own console."""

import click

from oversight.console.as_of import as_of
from oversight.console.replaying import replay
from oversight.console.verifying import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """第三方监理的命令行 · The supervisor's console.

    It reads the supervisor's own copy of every log, and believes nobody: what it says follows from
    the entries and from public keys that you took from elsewhere.

    \b
    Start here:              wanchuang-oversight verify
    With the services:       wanchuang-oversight verify --live
    What was, and when:      wanchuang-oversight as-of balances --at 2026-03-01
    The entries themselves:  wanchuang-oversight replay voucher-ledger --types

    \b
    Settings come from the environment (`wanchuang keys` prints the public ones):
      OVERSIGHT_DATABASE_URL   the supervisor's database (the copy)
      LOG_KEYS, WITNESS_KEYS   public keys of the logs and of the supervisors
      AMQP_URL                 RabbitMQ: the audit streams, and the services (--live)
    """  # noqa: D301 - click reads the backspace as "keep these lines"


main.add_command(verify)
main.add_command(as_of)
main.add_command(replay)
