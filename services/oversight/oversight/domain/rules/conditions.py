"""Were the conditions of admission met, and refusals founded (art. 2, 21-25)?

Decided again from what the events keep: the supervisor has its own copy of the parameters and of
the digests of what providers sign.
"""

from collections.abc import Mapping, Set
from datetime import date
from typing import Any, Final

from oversight.domain.event import Event
from oversight.domain.people import Case, is_public
from oversight.domain.rules.base import Breach, Rule
from oversight.domain.world import World

POLICIES: Final = frozenset({"on-birthday", "day-after", "net-id-attestation"})
ALLOWED_OWNERS: Final = frozenset({"private", "mixed"})
OF_THE_STATE: Final = frozenset({"state-owned", "state-controlled"})
START_UPS: Final[dict[str, tuple[str, int, frozenset[str]]]] = {
    "start-up/1": ("2018-01-01", 5, frozenset({"micro", "small"})),
}
"""By version: from which day on, under how many years, of which sizes (art. 2; not Anhui law)."""

SIGNED: Final[dict[tuple[str, int], str]] = {
    ("own-resources", 1): ("0389b98376a3ff5e987865170f9bb15ca2af930ad80ec57c953fab9c34fc51fb"),
    ("good-record", 1): ("d3e355a23f64514371ff749e04847d1c9520a51a1ea6d926a86ec7feb49d2a85"),
    ("rules-and-supervision", 1): (
        "b28dc886541d8683ea4687e549f2f942e486fa2b7bb9c4787b3949e78705a591"
    ),
}
"""By clause and version: the SHA-256 of the text that providers sign (art. 21, 3 to 5)."""

CLAUSES: Final = {"3": "own-resources", "4": "good-record", "5": "rules-and-supervision"}
DOCUMENTS: Final = {
    "public-agency": "affiliation",
    "recognised-institution": "recognition",
    "certified-expert": "certificate",
}
"""By kind of provider: what it shows; a lawful firm is shown by its registry."""


class TheConditionsOfAUserAreMet(Rule):
    """Users are 16 to 59 with full capacity, or start-ups that the state does not own (art. 25)."""

    id = "user-conditions"
    articles = (2, 25)
    reads = ("identity.SubjectAdmittedAsUser",)
    zh = "用户 {subject} 的准入条件不成立:{why}"
    en = "The conditions of the user {subject} are not met: {why}"

    def breach(self, event: Event, world: World) -> Breach:
        """The first condition that does not hold."""
        conditions, standing = event.data["conditions"], world.people.standings.get(event.stream)
        cases = world.people.decided(event.stream, "user")
        if standing is None:
            return None  # `AdmissionFollowsVerification` says so
        find = _person if standing.kind == "person" else _firm
        reviewed = {matter for case in cases for matter in case.matters}
        why = _real_name(conditions, reviewed) or find(conditions, reviewed)
        if not why and conditions.get("on", "") > event.days()[1]:
            why = "on"
        return {"subject": event.stream, "why": why} if why else None


def _real_name(conditions: Mapping[str, Any], reviewed: Set[str]) -> str:
    found = conditions.get("real-name")
    if found == "match" or (found == "reviewed" and "real-name" in reviewed):
        return ""
    return "real-name"


def _person(conditions: Mapping[str, Any], reviewed: Set[str]) -> str:
    if conditions.get("age-16-59") is not True or conditions.get("policy") not in POLICIES:
        return "age"
    capacity = conditions.get("full-capacity")
    if capacity == "adult" or (capacity == "own-income" and "capacity" in reviewed):
        return ""
    return "full-capacity"


def _firm(conditions: Mapping[str, Any], reviewed: Set[str]) -> str:
    if conditions.get("ownership") not in ALLOWED_OWNERS:
        return "ownership"
    legal = conditions.get("legal-person")
    if legal != "company" and not (legal == "document" and "legal-person" in reviewed):
        return "legal-person"
    return "" if is_start_up(conditions.get("start-up"), conditions.get("on")) else "start-up"


def is_start_up(found: Any, on: Any) -> bool:
    """Whether a firm was a start-up on a legal date, by the parameters that it was judged by."""
    if not isinstance(found, Mapping):
        return False
    known = START_UPS.get(str(found.get("parameters")))
    try:
        day = date.fromisoformat(str(on))
        established = date.fromisoformat(str(found.get("established-on")))
    except ValueError:
        return False
    if known is None or day.isoformat() < known[0]:
        return False
    _, years, sizes = known
    return _whole_years(established, day) < years and found.get("size") in sizes


def _whole_years(start: date, on: date) -> int:
    day = (start.month, start.day)
    if day == (2, 29) and (on.year % 4 or (on.year % 100 == 0 and on.year % 400)):
        day = (2, 28)
    return on.year - start.year - ((on.month, on.day) < day)


class TheConditionsOfAProviderAreMet(Rule):
    """A provider meets all seven conditions, and is of the kind that it says (art. 21, 23, 24)."""

    id = "provider-conditions"
    articles = (21, 23, 24)
    reads = ("identity.SubjectAdmittedAsProvider",)
    zh = "服务商 {subject} 的准入条件不成立:{why}"
    en = "The conditions of the provider {subject} are not met: {why}"

    def breach(self, event: Event, world: World) -> Breach:
        """The first condition that does not hold."""
        subject, data = event.stream, event.data
        standing = world.people.standings.get(subject)
        if standing is None:
            return None  # `AdmissionFollowsVerification` says so
        cases = world.people.decided(subject, "provider")
        case = next((each for each in cases if each.papers.get("kind") == data["kind"]), None)
        why = _seven(data["conditions"]) or _kind(data["kind"], case)
        if not why and data.get("may_charge", True) and _public(data, case):
            why = "may-charge"
        return {"subject": subject, "why": why} if why else None


def _seven(conditions: Mapping[str, Any]) -> str:
    for number in "1234567":
        found = conditions.get(number)
        if not isinstance(found, Mapping) or not found:
            return number
        clause = CLAUSES.get(number)
        if clause is not None:
            known = SIGNED.get((clause, found.get("version", 0)))
            if found.get("commitment") != clause or found.get("text_sha256") != known:
                return number
    standing = conditions["1"].get("registry"), conditions["4"].get("registry")
    return "4" if {"abnormal", "serious-violation"} & {*map(str, standing)} else ""


def _kind(kind: str, case: Case | None) -> str:
    if case is None:
        return "case"
    needed = DOCUMENTS.get(kind)
    if needed is None:
        return ""
    return "" if "kind" in case.matters and needed in case.documents else "kind"


def _public(data: Mapping[str, Any], case: Case | None) -> bool:
    servant = case is not None and case.papers.get("civil_servant") is True
    return is_public(data) or servant


class ARefusalIsFounded(Rule):
    """Who was refused for what can be computed was refused rightly (art. 2, 21, 25)."""

    id = "refused-unfounded"
    articles = (2, 21, 25)
    reads = ("identity.CommandRefused", "identity.AdmissionRejected")
    zh = "拒绝 {code} 与其依据不符"
    en = "The refusal {code} does not follow from its grounds"

    def breach(self, event: Event, world: World) -> Breach:
        """A refusal whose grounds say otherwise."""
        code, grounds = event.data["code"], event.data["grounds"]
        if event.type == "identity.AdmissionRejected" and event.data["review"] is not None:
            return None
        return {"code": code} if _unfounded(code, grounds, event.days()[1]) else None


def _unfounded(code: str, grounds: Mapping[str, Any], day: str) -> bool:
    """Whether the grounds of a refusal say that it should not have been one."""
    if code == "identity.not-start-up":
        found = {
            "parameters": grounds.get("parameters"),
            "established-on": grounds.get("established_on"),
            "size": grounds.get("size"),
        }
        return is_start_up(found, day)
    if code == "identity.state-owned":
        return grounds.get("ownership") not in OF_THE_STATE
    if code == "identity.not-in-good-standing":
        return grounds.get("status") == "in-operation"
    return code == "identity.commitments-missing" and not grounds.get("missing")


CONDITIONS: tuple[tuple[Rule, ...], ...] = (
    (TheConditionsOfAUserAreMet(),),
    (TheConditionsOfAProviderAreMet(),),
    (ARefusalIsFounded(),),
)
