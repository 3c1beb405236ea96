"""Verifies the signatures of attestations (网号、网证): Ed25519, by keys that are configured.

The text is `<payload>.<signature>`, both base64url without padding; the signature is over the
payload's text as it stands there. Nothing of it is logged.
"""

import json
from base64 import b64decode, urlsafe_b64encode
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from identity.domain.attestation import Fault, invalid


class BadNetIdKey(ValueError):
    """`NET_ID_KEYS` holds something else than Ed25519 keys of 64 hex digits."""


class NetIdKeys:
    """The keys of the service that are trusted; none where none is configured."""

    def __init__(self, text: str) -> None:
        """Read the setting. Raises `BadNetIdKey`."""
        try:
            self._keys = [
                Ed25519PublicKey.from_public_bytes(bytes.fromhex(each)) for each in text.split()
            ]
        except ValueError:
            raise BadNetIdKey("NET_ID_KEYS must be keys of 64 hex digits") from None

    def payload(self, attestation: str) -> dict[str, Any]:
        """What an attestation says. Raises `AttestationInvalid` unless a trusted key signed it."""
        text, _, signature = attestation.partition(".")
        try:
            signed = _decoded(signature)
            payload = json.loads(_decoded(text), object_pairs_hook=_named_once)
        except (ValueError, RecursionError):
            raise invalid(Fault.FORM) from None
        if not isinstance(payload, dict):
            raise invalid(Fault.FORM)
        if not any(_verifies(key, signed, text.encode()) for key in self._keys):
            raise invalid(Fault.SIGNATURE)
        return payload


def _verifies(key: Ed25519PublicKey, signature: bytes, text: bytes) -> bool:
    try:
        key.verify(signature, text)
    except InvalidSignature:
        return False
    return True


def _decoded(text: str) -> bytes:
    raw = b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    if urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise ValueError("not as it is encoded")
    return raw


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
