"""The national service of 网号 and 网证 (国家网络身份认证公共服务), simulated: signed attestations.

A person who is known by name and ID number gets an attestation for one audience and one nonce. It
says whether they are within an age range and adult, and a pseudonym of theirs for that audience;
neither name, number nor birth date. The text is `<payload>.<signature>`, both base64url without
padding; the payload is JSON, the signature Ed25519 over the payload's text as it stands there.
"""

import hmac
import json
from base64 import urlsafe_b64encode
from calendar import isleap
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FORMAT: Final = "net-id-attestation/1"
ISSUER: Final = "net-id-simulator"
DEMONSTRATION_KEY: Final = "6e" * 32
"""The signing key that everybody knows, of simulators that are given none."""

LOW: Final = 16
HIGH: Final = 59
ADULT: Final = 18
LIFETIME: Final = timedelta(minutes=10)
HORIZON: Final = timedelta(days=220)
"""How far ahead the service says that somebody stays within the range, at the most."""

Now = Callable[[], datetime]


def system_time() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


class NetId:
    """Issues attestations under one key (64 hex digits)."""

    def __init__(self, key: str = DEMONSTRATION_KEY, now: Now = system_time) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key))
        self._secret = sha256(b"pseudonyms/" + bytes.fromhex(key)).digest()
        self._now = now

    @property
    def public_key(self) -> str:
        """The key that verifies attestations: 64 hex digits."""
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return raw.hex()

    def attest(self, id_number: str, region: str, born: date, audience: str, nonce: str) -> str:
        """An attestation for a person who is known."""
        now = self._now()
        today = now.astimezone(ZoneInfo("Asia/Shanghai")).date()
        age = _completed(born, today)
        last_day = _birthday(born, HIGH + 1) - timedelta(days=1)
        pseudonym = hmac.new(self._secret, f"{audience}/{id_number}".encode(), sha256)
        return self.sign(
            {
                "format": FORMAT,
                "issuer": ISSUER,
                "audience": audience,
                "nonce": nonce,
                "net_number": f"W{pseudonym.hexdigest()[:31].upper()}",
                "age": {
                    "low": LOW,
                    "high": HIGH,
                    "within": LOW <= age <= HIGH,
                    "until": min(last_day, today + HORIZON).isoformat(),
                },
                "adult": age >= ADULT,
                "region": f"{region[:4]}00",
                "issued_at": _instant(now),
                "expires_at": _instant(now + LIFETIME),
            }
        )

    def sign(self, payload: dict[str, Any]) -> str:
        """The text of an attestation with this payload."""
        text = _encoded(json.dumps(payload, ensure_ascii=False, sort_keys=True).encode())
        return f"{text}.{_encoded(self._key.sign(text.encode()))}"


def _birthday(born: date, years: int) -> date:
    year = born.year + years
    if (born.month, born.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return born.replace(year=year)


def _completed(born: date, on: date) -> int:
    years = on.year - born.year
    return years if on >= _birthday(born, years) else years - 1


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
