"""What the registries know, how they behave, and what they answer."""

import time
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final

from authorities.net_id import NetId
from authorities.synthetic import Firm, Population

PUBLIC_SECURITY: Final = "public-security"
MARKET_REGULATION: Final = "market-regulation"
INSTITUTION_REGISTRATION: Final = "institution-registration"
NET_ID: Final = "net-id"
STATUSES: Final = {
    "in-operation": (False, False),
    "abnormal": (True, False),
    "serious-violation": (False, True),
}

_BEHIND: Final = ("representative_number", "shareholder_numbers")

Answer = dict[str, str | list[str] | None]


class Mode(StrEnum):
    """How a registry behaves."""

    UP = "up"
    DOWN = "down"
    SLOW = "slow"
    GARBLED = "garbled"


class BadForm(ValueError):
    """The body is not the JSON object that the path asks for."""


class Registries:
    """All registries: what they know, how they behave, and their answers."""

    def __init__(self, population: Population, slow_seconds: float, net_id: NetId) -> None:
        """Index the population; every registry is up."""
        self._persons = {each.id_number: each for each in population.persons}
        self._names = {each.id_number: each.name for each in population.persons}
        for firm in population.firms:
            self._names[firm.legal_representative_id] = firm.legal_representative
        self._firms = {each.uscc: each for each in population.firms}
        self._shareholders = {
            each.uscc: [each.legal_representative_id] for each in population.firms
        }
        self._agencies = {each.uscc: each for each in population.agencies}
        self._slow_seconds = slow_seconds
        self._net_id = net_id
        names = (PUBLIC_SECURITY, MARKET_REGULATION, INSTITUTION_REGISTRATION, NET_ID)
        self.modes = dict.fromkeys(names, Mode.UP)

    def await_mode(self, registry: str) -> Mode:
        """The mode of a registry, when it is time to answer."""
        mode = self.modes.get(registry, Mode.UP)
        if mode is Mode.SLOW:
            time.sleep(self._slow_seconds)
        return mode

    def identity_match(self, name: str, id_number: str) -> Answer:
        """Whether a person of this name has this ID number."""
        known = self._names.get(id_number)
        if known is None:
            return {"outcome": "not-found"}
        return {"outcome": "match" if known == name else "mismatch"}

    def enterprise(self, name: str, uscc: str, legal_representative: str) -> Answer:
        """Whether a firm of this name and representative has this code, and how it stands."""
        firm = self._firms.get(uscc)
        if firm is None:
            return _enterprise("not-found")
        if (firm.name, firm.legal_representative) != (name, legal_representative):
            return _enterprise("mismatch")
        return _enterprise("match", firm, self._shareholders[uscc])

    def lists(self, uscc: str) -> Answer:
        """On which list a firm is (经营异常名录, 严重违法失信名单); `clear` where on none."""
        firm = self._firms.get(uscc)
        if firm is None:
            return {"outcome": "not-found"}
        status = _status(firm)
        return {"outcome": "clear" if status == "in-operation" else status}

    def institution(self, name: str, uscc: str, legal_representative: str) -> Answer:
        """Whether a public institution or association has this code."""
        agency = self._agencies.get(uscc)
        if agency is None:
            return {"outcome": "not-found", "kind": None, "region": None}
        if (agency.name, agency.legal_representative) != (name, legal_representative):
            return {"outcome": "mismatch", "kind": None, "region": None}
        return {"outcome": "match", "kind": agency.kind, "region": agency.region}

    def attestation(self, name: str, id_number: str, audience: str, nonce: str) -> Answer:
        """A signed attestation for a person of this name and number, else none."""
        person = self._persons.get(id_number)
        if person is None or self._names.get(id_number) != name:
            return {"attestation": None}
        signed = self._net_id.attest(id_number, person.region, person.birth_date, audience, nonce)
        return {"attestation": signed}

    def key(self) -> Answer:
        """The public key of the attestations."""
        return {"key": self._net_id.public_key}

    def set_modes(self, asked: Any) -> dict[str, Mode]:
        """Set the modes that are named, all or none. Raises `BadForm`."""
        if not isinstance(asked, dict) or not asked.keys() <= self.modes.keys():
            raise BadForm
        if not all(mode in list(Mode) for mode in asked.values()):
            raise BadForm
        self.modes.update({registry: Mode(mode) for registry, mode in asked.items()})
        return self.modes

    def change(self, asked: dict[str, str]) -> Answer:
        """Change a record: a firm's status, representative or shareholders, a person's name.

        Raises `BadForm` for anything else, and for records that are not known.
        """
        names = asked.keys()
        if names == {"id_number", "name"} and asked["id_number"] in self._names:
            self._names[asked["id_number"]] = asked["name"]
        elif names == {"uscc", "status"} and asked["status"] in STATUSES:
            abnormal, serious = STATUSES[asked["status"]]
            self._change_firm(asked["uscc"], abnormal=abnormal, serious_violation=serious)
        elif names == {"uscc", "legal_representative"}:
            changed = asked["legal_representative"]
            self._change_firm(asked["uscc"], legal_representative=changed)
        elif names == {"uscc", "shareholder_numbers"}:
            self._change_firm(asked["uscc"])
            self._shareholders[asked["uscc"]] = asked["shareholder_numbers"].split()
        else:
            raise BadForm
        return {}

    def _change_firm(self, uscc: str, **changes: Any) -> None:
        if uscc not in self._firms:
            raise BadForm
        self._firms[uscc] = replace(self._firms[uscc], **changes)


def _status(firm: Firm) -> str:
    if firm.serious_violation:
        return "serious-violation"
    return "abnormal" if firm.abnormal else "in-operation"


def _enterprise(outcome: str, firm: Firm | None = None, owners: Sequence[str] = ()) -> Answer:
    nothing: Answer = dict.fromkeys(
        ("ownership", "status", "region", "established_on", "size", *_BEHIND)
    )
    if firm is None:
        return {"outcome": outcome, **nothing}
    return {
        "outcome": outcome,
        "ownership": firm.ownership,
        "status": _status(firm),
        "region": firm.region,
        "established_on": firm.established_on.isoformat(),
        "size": firm.size,
        "representative_number": firm.legal_representative_id,
        "shareholder_numbers": [*owners],
    }
