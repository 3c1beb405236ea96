"""What every stage of the example job shares: the API, who is who, waiting, and progress."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

import eventlet

from chassis import clock
from wanchuang.demo.authenticator import Authenticator
from wanchuang.demo.client import Answer, Api, Unexpected
from wanchuang.demo.plan import Plan, Size
from wanchuang.simulator import Simulator

CONCURRENCY = 8
SETTLE_SECONDS = 60
CODES = 4
"""Codes that are tried when an earlier run may have used the same."""

T = TypeVar("T")
R = TypeVar("R")
Show = Callable[[str, str, int, int], None]
"""Shows progress: (Chinese, English, done, all)."""


class Job:
    """The example job under way.

    Every command has an id that follows from what it is, so a job that was interrupted goes on
    where it stopped: what was done answers at once with its first outcome.
    """

    def __init__(
        self,
        api: Api,
        passwords: dict[str, str],
        authenticator: Authenticator,
        day: date,
        size: Size,
        show: Show,
        simulator: Simulator,
    ) -> None:
        self.api = api
        self.passwords = passwords
        self.authenticator = authenticator
        self.day = day
        self.show = show
        self.simulator = simulator
        self.commitments: list[str] = []
        self.plan = Plan(size)
        self.tokens: dict[str, str] = {}
        self.subjects: dict[str, str] = {}
        self.listings: dict[str, str] = {}
        self.vouchers: dict[str, dict[str, str]] = {}
        self.orders: list[dict[str, Any]] = []
        self.refusals: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()

    def each(self, zh: str, en: str, items: Iterable[T], work: Callable[[T], R]) -> list[R]:
        """Do the same for many, a few at a time, showing how far it is."""
        todo = list(items)
        results: list[R] = []
        self.show(zh, en, 0, len(todo))
        for result in eventlet.GreenPool(CONCURRENCY).imap(work, todo):
            results.append(result)
            self.show(zh, en, len(results), len(todo))
        return results

    def expect(self, key: str, answer: Answer, refusal: str) -> bool:
        """True for a success, False for the refusal that was planned; else `Unexpected`."""
        if answer.code != refusal:
            raise Unexpected(f"{key}: wanted {refusal or 'success'}, got {answer.body}")
        if refusal:
            self.refusals[refusal] += 1
        return answer.ok

    def sign_in(self, login: str, password: str) -> Answer:
        """Sign in, and keep the token when that succeeds.

        Staff give a code of their authenticator; who has none sets it up in their first session.
        """
        body: dict[str, Any] = {"login": login, "password": password}
        for _ in range(CODES):
            if code := self.authenticator.code(login):
                body["code"] = code
            key = f"sign-in/{login}/{clock.timestamp()}"
            answer = self.api.command(key, "/sessions", body)
            if answer.code != "identity.code-replayed":
                break
        if answer.ok:
            self.tokens[login] = answer.body["token"]
            if answer.body["enrolling"]:
                self._set_up_authenticator(login, password)
        return answer

    def _set_up_authenticator(self, login: str, password: str) -> None:
        """As a person does at their first sign-in: scan the secret, give its first code."""
        path, key = "/accounts/me/second-factor", f"authenticator/{login}/{clock.timestamp()}"
        token = self.tokens[login]
        found = self.api.do(key, path, {"password": password}, token)
        self.authenticator.add(login, found["secret"])
        code = {"code": self.authenticator.code(login)}
        self.api.do(f"{key}/confirmed", f"{path}/confirmation", code, token)

    def until_heard(self, key: str, unheard: set[str], attempt: Callable[[str], Answer]) -> Answer:
        """Repeat a command while it is refused because a service has not heard of something yet.

        Each attempt has an id of its own (`key`, `key#1`, …): a refused id stays refused.
        """
        for n in range(SETTLE_SECONDS * 5):
            answer = attempt(key if n == 0 else f"{key}#{n}")
            if answer.code not in unheard:
                return answer
            eventlet.sleep(min(0.1 * (n + 1), 0.5))
        raise Unexpected(f"{key}: the services did not hear of each other in time")

    def settle(self, what: str, done: Callable[[], bool]) -> None:
        """Wait for something that happens by itself. Raises `Unexpected` when it does not."""
        for n in range(SETTLE_SECONDS * 10):
            if done():
                return
            eventlet.sleep(min(0.02 * (n + 1), 0.2))
        raise Unexpected(f"{what} did not happen in time")
