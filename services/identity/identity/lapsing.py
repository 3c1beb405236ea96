"""What the service notes of itself: sessions that lapsed or are used after their end, failures.

What the clock makes due is called again and again, on every replica. Each batch is a command whose
id follows from what is due, so it is carried out once.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import structlog

from chassis import clock, context
from chassis.application import Decision
from chassis.commands import Command, Commands
from chassis.refusal import Refusal
from identity.application import Identity
from identity.domain.refusals.accounts import NotSignedIn
from identity.read_models import sessions

AT_A_TIME = 200
"""Sessions or logins that one command looks after at the most."""

SLOT_SECONDS = 60
SELF: Final = "system:identity"
WHO = context.Context(actor=SELF, legal_basis=("art. 27", "art. 32"))
OF_DEVICES = context.Context(actor=SELF, legal_basis=("art. 17", "个人信息保护法 art. 13"))

log = structlog.get_logger()


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


def who_is(
    identity: Identity, commands: Commands, token: str, mark: str | None = None
) -> dict[str, Any]:
    """The account that a token stands for; that one of an ended session is used is noted once.

    So is a device, by the mark that its browser sent, for whom the account acts.
    Raises `NotSignedIn`.
    """
    try:
        found = identity.who_is(token)
    except NotSignedIn:
        ended = identity.ended_session(token)
        if ended is not None:
            decide = partial(identity.note_use_after_end, ended)
            _execute(commands, "note_use_after_end", [ended], decide)
        raise
    if mark is not None and found["subject_id"] is not None:
        _note_device(identity, commands, token, found, mark)
    return found


def _note_device(
    identity: Identity, commands: Commands, token: str, found: dict[str, Any], mark: str
) -> None:
    """Nobody is refused anything because of a device: what cannot be noted now is noted later."""
    use = identity.unnoted_use(token, found["account_id"], found["subject_id"], mark)
    if use is None:
        return
    try:
        decide = partial(identity.note_device, use)
        _execute(commands, "note_device", [use.session_id, use.noted], decide, OF_DEVICES)
    except Refusal as refusal:
        log.warning("device not noted", code=refusal.code)


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
    commands: Commands,
    name: str,
    parts: Iterable[str],
    decide: Callable[[], Decision],
    who: context.Context = WHO,
) -> None:
    command_id = uuid5(NAMESPACE_URL, f"wanchuang/{name}/{'/'.join(parts)}")
    with context.bound(who):
        commands.execute(Command(name, str(command_id), {}, {}), decide)
