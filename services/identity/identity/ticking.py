"""What the calendar makes due, and what waited for a registry: done by the service itself.

`tick` is called again and again, on every replica. Each step is a command whose id follows from
what it is about, so it happens once. What a registry could not answer is tried again later, each
for itself and ever more rarely; a registry that is away is left alone for the rest of the tick.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog

from chassis import clock, context
from chassis.application import Decision
from chassis.commands import Command, Commands
from chassis.domain import stream_id
from chassis.refusal import Refusal
from identity import queries
from identity.application import Identity
from identity.domain.age import Completes
from identity.read_models import agreements, blacklist

AT_A_TIME: Final = 200
FIRST_DAY: Final = date(2018, 1, 1)
"""Nobody turned sixty here before the Measures were in force (art. 40)."""

RETRIES: Final = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
"""How long something that no registry answered is left alone: after the first time, the second …"""

WHO: Final = context.Context(actor="system:identity", legal_basis=("art. 21", "art. 25", "art. 26"))

log = structlog.get_logger()

IN_A_ROW: Final = 5
"""Questions without an answer, one after the other, that end a step until the next tick."""

Page = Callable[[str, int], list[dict[str, Any]]]


@dataclass
class Patience:
    """When what was not answered may be asked again; each replica has its own."""

    waits: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def may_try(self, what: str) -> bool:
        """Whether it is time."""
        found = self.waits.get(what)
        return found is None or found[1] <= clock.now()

    def failed(self, what: str) -> None:
        """It was not answered again."""
        tries = self.waits.get(what, (0, clock.now()))[0]
        wait = RETRIES[min(tries, len(RETRIES) - 1)]
        self.waits[what] = (tries + 1, clock.now() + wait)

    def done(self, what: str) -> None:
        """It was."""
        self.waits.pop(what, None)


class Ticking:
    """Carries out what is due. Safe to repeat, also at once on several replicas."""

    def __init__(self, application: Identity, commands: Commands) -> None:
        self._app = application
        self._commands = commands
        self._patience = Patience()

    def tick(self) -> int:
        """Everything that is due now; returns how many commands were carried out."""
        app, today = self._app, clock.legal_date().isoformat()
        due, data = queries.due, self._app.database

        def dated(read: Callable[..., list[dict[str, Any]]]) -> Page:
            return lambda after, limit: read(data, today, after, limit)

        return sum(
            (
                self._each("conclude_case", partial(due.pending, data), app.conclude_case),
                self._each("remind", dated(due.to_remind), app.remind),
                self._each("renew_due", dated(due.to_renew), app.renew_due),
                self._each("lapse", dated(due.to_lapse), app.lapse),
                self._each("check_lists", dated(due.to_check), app.check_lists),
                self._each("age_out", self._past_sixty, app.age_out),
                self._each("take_effect", dated(agreements.to_take_effect), app.take_effect),
                self._each("end_blacklisting", dated(blacklist.to_end), app.end_blacklisting),
            )
        )

    def _each(self, name: str, page: Page, use_case: Callable[[str], Decision]) -> int:
        """Carry out a use case for everything that is due, a page at a time."""
        done = unanswered = 0
        after = ""
        while rows := page(after, AT_A_TIME):
            for row in rows:
                key, occasion = (str(value) for value in row.values())
                outcome = self._carry_out(name, key, occasion, partial(use_case, key))
                done += outcome is True
                unanswered = unanswered + 1 if outcome is False else 0
                if unanswered >= IN_A_ROW:
                    return done
                after = key
        return done

    def _carry_out(
        self, name: str, key: str, occasion: str, decide: Callable[[], Decision]
    ) -> bool | None:
        """True when it was carried out, False when it could not be, None when it is not time."""
        id_ = stream_id("identity-tick", name, key, occasion)
        if not self._patience.may_try(id_):
            return None
        values = {"key": key, "occasion": occasion}
        command = Command(name, id_, values, values, refusal_is_event=True, look_first=True)
        try:
            with context.bound(WHO):
                self._commands.execute(command, decide)
        except Refusal as refusal:
            log.info("not yet", step=name, code=refusal.code)
            self._patience.failed(id_)
            return False
        self._patience.done(id_)
        return True

    def _past_sixty(self, after: str, limit: int) -> list[dict[str, Any]]:
        """Users whose sixtieth year is complete by now, by the policy in force."""
        policy = Completes(self._app.settings.age_policy)
        last = clock.legal_date() - timedelta(days=policy is Completes.DAY_AFTER)
        days = [
            (FIRST_DAY + timedelta(days=n)).isoformat() for n in range((last - FIRST_DAY).days + 1)
        ]
        digests = [self._app.birthday_digest(day) for day in days]
        found = queries.due.past_sixty(self._app.database, digests, after, limit)
        return [{"subject_id": subject, "occasion": "sixty"} for subject in found]
