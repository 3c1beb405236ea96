"""What a command's caller stands on, asked within the decision: a tenure, or their standing.

One read by a key for each command. A refusal is an outcome, and where the contract says so an entry
that says who tried; a decision says how far identity's log had been seen when it was guarded.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from chassis import standing, tenure
from chassis.application import Application
from chassis.context import Context
from chassis.contract import Command


@contextmanager
def guarded(
    application: Application, contract: type[Command], who: Context
) -> Iterator[Mapping[str, int]]:
    """Decide what somebody asks for, if they may; gives the position of identity's log.

    Raises `OutsideTenure`, `AccountFrozen`, `NotVerified`, `Blacklisted`.
    """
    if tenure.guards(contract, who):
        yield tenure.require(application.database, who)
    elif standing.guards(contract, who) and application.log != tenure.IDENTITY:
        with standing.guarded(application.database, contract, who) as seen:
            yield seen
    else:
        yield {}
