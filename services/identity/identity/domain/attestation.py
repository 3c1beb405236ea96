"""Attestations of the national network-identity service (网号、网证): an age in range, no number.

The payload of one, once its signature is verified: JSON with `format`, `issuer`, `audience`,
`nonce`, `net_number` (a pseudonym for this audience), `age` (`low`, `high`, `within`, `until`: the
last day for which the service says so), `adult`, `region`, `issued_at` and `expires_at`. Stated
with another range, for another platform or account, or too long ago, it does not count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from identity.domain import regions
from identity.domain.age import HIGHEST_AGE, LOWEST_AGE
from identity.domain.refusals.admission import AgeOutOfRange
from identity.domain.refusals.verification import AttestationInvalid

FORMAT: Final = "net-id-attestation/1"
_MOST: Final = 100


class Fault(StrEnum):
    """Why an attestation does not count; the values are stable codes."""

    FORM = "form"
    SIGNATURE = "signature"
    AUDIENCE = "audience"
    NONCE = "nonce"
    EXPIRED = "expired"
    RANGE = "range"


_MESSAGES: Final[Mapping[Fault, tuple[str, str]]] = {
    Fault.FORM: ("格式不符", "it does not have the form"),
    Fault.SIGNATURE: ("签名无效", "no trusted key signed it"),
    Fault.AUDIENCE: ("不是出具给本平台的", "it is for another platform"),
    Fault.NONCE: ("不是出具给本帐号的", "it is for another account"),
    Fault.EXPIRED: ("已过有效期或尚未生效", "it has expired, or is not valid yet"),
    Fault.RANGE: ("年龄范围不是 16-59 周岁", "its age range is not 16 to 59"),
}


def invalid(fault: Fault) -> AttestationInvalid:
    """The refusal for a fault."""
    zh, en = _MESSAGES[fault]
    return AttestationInvalid(reason=fault.value, reason_zh=zh, reason_en=en)


@dataclass(frozen=True, slots=True, repr=False)
class Attested:
    """What an attestation says of a person. `net_number` is personal data."""

    net_number: str
    adult: bool
    region: str
    until: date


def attested(payload: Mapping[str, Any], audience: str, nonce: str, now: datetime) -> Attested:
    """What a payload says, for this platform and account at this instant (aware).

    Raises `AttestationInvalid`, and `AgeOutOfRange` when it says that the age is not in range.
    """
    try:
        age = payload["age"]
        issued = datetime.fromisoformat(str(payload["issued_at"]))
        expires = datetime.fromisoformat(str(payload["expires_at"]))
        found = Attested(
            _text(payload["net_number"]),
            _flag(payload["adult"]),
            _region(payload.get("region")),
            date.fromisoformat(str(age["until"])),
        )
        bounds, within = (age["low"], age["high"]), _flag(age["within"])
        if payload["format"] != FORMAT or issued.tzinfo is None or expires.tzinfo is None:
            raise invalid(Fault.FORM)
    except (KeyError, TypeError, ValueError):
        raise invalid(Fault.FORM) from None
    if payload.get("audience") != audience:
        raise invalid(Fault.AUDIENCE)
    if payload.get("nonce") != nonce:
        raise invalid(Fault.NONCE)
    if not issued <= now < expires:
        raise invalid(Fault.EXPIRED)
    if bounds != (LOWEST_AGE, HIGHEST_AGE):
        raise invalid(Fault.RANGE)
    if not within:
        raise AgeOutOfRange(low=LOWEST_AGE, high=HIGHEST_AGE)
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _MOST:
        raise ValueError("not a text")
    return value


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("neither true nor false")
    return value


def _region(value: Any) -> str:
    city = regions.city_of(value) if isinstance(value, str) else None
    return (city or regions.ANHUI).code
