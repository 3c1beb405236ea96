"""Asks the registries (登记机关): again where it helps, not at all while one is known to be away.

An answer counts only when it is exactly what the registry says it gives. Everything else is
`unavailable`, and never a match. What was asked is not logged.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar

import structlog
from prometheus_client import Counter

from identity.domain import regions
from identity.domain.registry import (
    INSTITUTION_REGISTRATION,
    MARKET_REGULATION,
    PUBLIC_SECURITY,
    FirmAnswer,
    FirmRecord,
    InstitutionAnswer,
    InstitutionKind,
    InstitutionRecord,
    Listed,
    Outcome,
    Ownership,
    Size,
    Status,
)
from identity.domain.related import MOST, Behind
from identity.registries.breaker import Breaker
from identity.registries.http import Http, Strange

PAUSES: Final = (0.1, 0.3)
"""Seconds before asking again, each shortened by up to half at random."""

MANY: Final = 100
"""Questions that one request puts at the most; with the longest names it has 60 KB."""

NUMBER: Final = 40
"""Characters of a number that a registry says, at the most."""

ANSWERS: Final = Counter(
    "wanchuang_registry_answers", "Answers of registries", ["registry", "outcome"]
)

log = structlog.get_logger()

A = TypeVar("A")


class Registries:
    """All registries, at one address.

    `seconds` bounds the wait for an answer, all attempts together. A registry that did not answer
    several times is left alone for a while (`Breaker`): whoever asks meanwhile is told at once.
    """

    def __init__(
        self,
        url: str,
        seconds: float,
        pauses: Sequence[float] = PAUSES,
        breaker: Callable[[], Breaker] = Breaker,
    ) -> None:
        self._http = Http(url)
        self._seconds = seconds
        self._pauses = tuple(pauses)
        names = (PUBLIC_SECURITY, MARKET_REGULATION, INSTITUTION_REGISTRATION)
        self._breakers = {name: breaker() for name in names}

    def person(self, name: str, id_number: str) -> Outcome:
        """Whether a person of this name has this ID number (公安机关)."""
        asked = {"name": name, "id_number": id_number}
        found = self._ask(PUBLIC_SECURITY, "identity-match", asked, _outcome)
        return found or Outcome.UNAVAILABLE

    def firm(self, name: str, uscc: str, legal_representative: str) -> FirmAnswer:
        """Whether a firm of this name and representative has this code, and how it stands."""
        asked = {"name": name, "uscc": uscc, "legal_representative": legal_representative}
        found = self._ask(MARKET_REGULATION, "enterprise", asked, _firm)
        return found or FirmAnswer(Outcome.UNAVAILABLE)

    def persons(self, asked: Sequence[tuple[str, str]]) -> list[Outcome]:
        """As `person`, of many names and ID numbers at once (批量核验)."""
        questions = [{"name": name, "id_number": number} for name, number in asked]
        found = self._ask_many(PUBLIC_SECURITY, "identity-matches", questions, _outcome)
        return [each or Outcome.UNAVAILABLE for each in found]

    def firms(self, asked: Sequence[tuple[str, str, str]]) -> list[FirmAnswer]:
        """As `firm`, of many names, codes and representatives at once."""
        names = ("name", "uscc", "legal_representative")
        questions = [dict(zip(names, each, strict=True)) for each in asked]
        found = self._ask_many(MARKET_REGULATION, "enterprises", questions, _firm)
        return [each or FirmAnswer(Outcome.UNAVAILABLE) for each in found]

    def institution(self, name: str, uscc: str, legal_representative: str) -> InstitutionAnswer:
        """Whether a public institution or association has this code (机构编制、社会组织)."""
        asked = {"name": name, "uscc": uscc, "legal_representative": legal_representative}
        found = self._ask(INSTITUTION_REGISTRATION, "institution", asked, _institution)
        return found or InstitutionAnswer(Outcome.UNAVAILABLE)

    def listed(self, uscc: str) -> Listed:
        """On which of the registry's lists a firm stands (经营异常名录, 严重违法失信名单)."""
        return self._ask(MARKET_REGULATION, "lists", {"uscc": uscc}, _listed) or Listed.UNAVAILABLE

    def away(self, registry: str) -> bool:
        """Whether a registry is left alone at the moment."""
        return self._breakers[registry].is_open

    def _ask_many(
        self,
        registry: str,
        question: str,
        asked: Sequence[dict[str, str]],
        read: Callable[[Any], A],
    ) -> Sequence[A | None]:
        """What `read` makes of each answer, in order; None where there is none that counts."""
        found: list[A | None] = []
        for first in range(0, len(asked), MANY):
            part = asked[first : first + MANY]
            answers = self._ask(registry, question, {"questions": part}, _each(len(part), read))
            found += answers or [None] * len(part)
        return found

    def _ask(
        self, registry: str, question: str, asked: Mapping[str, Any], read: Callable[[Any], A]
    ) -> A | None:
        """What `read` makes of the answer; None where there is none that counts."""
        breaker, deadline = self._breakers[registry], time.monotonic() + self._seconds
        if not breaker.may_ask():
            ANSWERS.labels(registry, "left-alone").inc()
            return None
        for pause in (*self._pauses, None):
            try:
                answer = self._http.ask(
                    f"{registry}/{question}", asked, max(deadline - time.monotonic(), 0.001)
                )
                found = read(answer)
            except Strange as strange:
                if strange.passing and pause is not None:
                    wait = pause * (1 - random.random() / 2)  # noqa: S311
                    if time.monotonic() + wait < deadline:
                        time.sleep(wait)
                        continue
                breaker.failed()
                ANSWERS.labels(registry, "unavailable").inc()
                log.warning("registry unavailable", registry=registry, reason=str(strange))
                return None
            break
        breaker.answered()
        ANSWERS.labels(registry, "answered").inc()
        return found


def _each(count: int, read: Callable[[Any], A]) -> Callable[[Any], list[A]]:
    def each(answer: dict[str, Any]) -> list[A]:
        answers = answer.get("answers")
        if not isinstance(answers, list) or len(answers) != count:
            raise Strange("number of answers")
        if not all(isinstance(one, dict) for one in answers):
            raise Strange("not objects")
        return [read(one) for one in answers]

    return each


def _outcome(answer: dict[str, Any]) -> Outcome:
    try:
        outcome = Outcome(str(answer.get("outcome")))
    except ValueError:
        raise Strange("unknown outcome") from None
    if outcome is Outcome.UNAVAILABLE:
        raise Strange("outcome unavailable")
    return outcome


def _listed(answer: dict[str, Any]) -> Listed:
    try:
        listed = Listed(str(answer.get("outcome")))
    except ValueError:
        raise Strange("unknown outcome") from None
    if listed is Listed.UNAVAILABLE:
        raise Strange("outcome unavailable")
    return listed


def _firm(answer: dict[str, Any]) -> FirmAnswer:
    outcome = _outcome(answer)
    return FirmAnswer(outcome, _record(answer) if outcome is Outcome.MATCH else None)


def _record(answer: dict[str, Any]) -> FirmRecord:
    try:
        return FirmRecord(
            Ownership(str(answer.get("ownership"))),
            Status(str(answer.get("status"))),
            _region(answer),
            date.fromisoformat(str(answer.get("established_on"))),
            Size(str(answer.get("size"))),
            _behind(answer),
        )
    except ValueError:
        raise Strange("record") from None


def _institution(answer: dict[str, Any]) -> InstitutionAnswer:
    outcome = _outcome(answer)
    if outcome is not Outcome.MATCH:
        return InstitutionAnswer(outcome)
    try:
        kind = InstitutionKind(str(answer.get("kind")))
    except ValueError:
        raise Strange("kind") from None
    return InstitutionAnswer(outcome, InstitutionRecord(kind, _region(answer), _behind(answer)))


def _behind(answer: dict[str, Any]) -> Behind:
    """Those behind an organisation; a registry need not say, and says numbers where it does."""
    one, many = answer.get("representative_number"), answer.get("shareholder_numbers")
    numbers = [*([] if one is None else [one]), *(many if isinstance(many, list) else [])]
    if not (many is None or isinstance(many, list)) or not all(
        isinstance(each, str) and 0 < len(each) <= NUMBER for each in numbers
    ):
        raise Strange("numbers")
    return Behind(() if one is None else (one,), tuple(many or ())[:MOST])


def _region(answer: dict[str, Any]) -> str:
    region = answer.get("region")
    if not isinstance(region, str) or not regions.is_region_code(region):
        raise Strange("region")
    return region
