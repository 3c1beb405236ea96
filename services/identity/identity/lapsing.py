"""What the service notes of itself: sessions that lapsed or are used after their end, failures.

What the clock makes due is called again and again, on every replica. Each batch is a command whose
id follows from what is due, so it is carried out once.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from chassis import clock, context
from chassis.application import Decision
from chassis.commands import Command, Commands
from identity.application import Identity
from identity.domain.refusals.accounts import NotSignedIn
from identity.read_models import sessions

AT_A_TIME = 200
"""Sessions or logins that one command looks after at the most."""

SLOT_SECONDS = 60
WHO = context.Context(actor="system:identity", legal_basis=("art. 27", "art. 32"))


def lapse_sessions(identity: Identity, commands: Commands, at_a_time: int = AT_A_TIME) -> int:
    """Note the end of every session that expired or was not used; returns how many there were."""
    after, count = "", 0
    while due := sessions.lapsed(identity.database, identity.idle, after, at_a_time):
        _execute(
            commands,
            "lapse_sessions",
            (f"{session_id}={reason}" for session_id, reason in due),
            lambda due=due: identity.lapse_sessions(due),  # type: ignore[misc]
        )
        after, count = due[-1][0], count + len(due)
    sessions.forget_uses(identity.database)
    return count


def who_is(identity: Identity, commands: Commands, token: str) -> dict[str, Any]:
    """The account that a token stands for; that one of an ended session is used is noted once.

    Raises `NotSignedIn`.
    """
    try:
        return identity.who_is(token)
    except NotSignedIn:
        ended = identity.ended_session(token)
        if ended is not None:
            decide = partial(identity.note_use_after_end, ended)
            _execute(commands, "note_use_after_end", [ended], decide)
        raise


def log_failures(identity: Identity, commands: Commands, at_a_time: int = AT_A_TIME) -> int:
    """Sum up, once a minute at the most, what failed at signing in; returns how many logins."""
    slot = str(int(clock.now().timestamp()) // SLOT_SECONDS)
    failures = identity.attempts.unlogged(at_a_time)
    if failures:
        addresses = identity.attempts.addresses_locked()
        _execute(
            commands,
            "log_failed_sign_ins",
            [slot],
            lambda: identity.log_failed_sign_ins(slot, failures, addresses),
        )
    identity.attempts.forget_old()
    return len(failures)


def _execute(
    commands: Commands, name: str, parts: Iterable[str], decide: Callable[[], Decision]
) -> None:
    command_id = uuid5(NAMESPACE_URL, f"wanchuang/{name}/{'/'.join(parts)}")
    with context.bound(WHO):
        commands.execute(Command(name, str(command_id), {}, {}), decide)
