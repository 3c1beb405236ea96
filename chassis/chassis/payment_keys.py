"""Public keys of the payment institution (支付机构): RSA, as most institutions sign, or Ed25519.

A key's name is 64 hex digits, which events say: an Ed25519 key is its own name, an RSA key is named
by the SHA-256 of its DER (SubjectPublicKeyInfo, RFC 5280).
"""

from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

LEAST_BITS: Final = 2048
"""Of an RSA key."""

_ED25519_DIGITS: Final = 64
_PADDING, _SHA256 = PKCS1v15(), SHA256()


class BadPaymentKey(ValueError):
    """`PAYMENT_INSTITUTION_KEYS` holds something else than Ed25519 keys (hex) or RSA keys (DER)."""


class PaymentKey(NamedTuple):
    """A public key: its name, and its check of a signature, which raises `InvalidSignature`."""

    name: str
    check: Callable[[bytes, bytes], object]

    @classmethod
    def parse(cls, text: str) -> "PaymentKey":
        """Read a key: Ed25519 as 64 hex digits, RSA as DER in base64. Raises `BadPaymentKey`.

        RSA is PKCS #1 v1.5 with SHA-256 (RFC 8017, SHA256withRSA), of 2048 bits at the least.
        """
        try:
            if len(text) == _ED25519_DIGITS:
                raw = bytes.fromhex(text)
                return cls(raw.hex(), Ed25519PublicKey.from_public_bytes(raw).verify)
            der = b64decode(text, validate=True)
            key = load_der_public_key(der)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise BadPaymentKey(_WANTED) from error
        if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_BITS:
            raise BadPaymentKey(_WANTED)
        verify = key.verify

        def check(signature: bytes, data: bytes) -> None:
            verify(signature, data, _PADDING, _SHA256)

        return cls(sha256(der).hexdigest(), check)

    def holds(self, signature: bytes, data: bytes) -> bool:
        """Whether a signature of the data is by this key."""
        try:
            self.check(signature, data)
        except InvalidSignature:
            return False
        return True


_WANTED: Final = (
    "PAYMENT_INSTITUTION_KEYS: Ed25519 keys of 64 hex digits, or RSA keys of 2048 bits or more "
    "(DER of the SubjectPublicKeyInfo in base64), spaces between"
)


def payment_keys(text: str) -> dict[str, PaymentKey]:
    """The keys of a setting, by name; spaces between. Raises `BadPaymentKey`."""
    return {key.name: key for key in map(PaymentKey.parse, text.split())}
