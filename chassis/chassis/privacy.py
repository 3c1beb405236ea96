"""Privacy: keyed digests for look-ups, and personal fields sealed in transit.

One secret, `PERSONAL_DATA_KEY`, from which each use derives a key of its own (HKDF-SHA256, RFC
5869), so that what is made for one use is worth nothing for another. An ID number or a login is
looked up by a keyed digest and never kept; between the gateway and a service the personal fields
of a contract (`metadata={"personal": True}`) travel sealed with AES-256-GCM, so neither the broker
nor whoever reads its queues learns a name, a number or a password.
"""

import hmac
import secrets
import unicodedata
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chassis.contract import Contract

KEY_BYTES: Final = 32
PREFIX: Final = "sealed:1:"
"""Version 1: base64url (no padding) of a random nonce of 12 bytes, ciphertext, tag of 16 bytes."""

_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


class BadKey(ValueError):
    """`PERSONAL_DATA_KEY` is missing or malformed. The text never holds the key."""


class Unsealable(ValueError):
    """A value is not sealed, was sealed with another key or for another purpose, or was changed.

    `field` names it where it is known; the text never holds the value.
    """

    def __init__(self, field: str = "") -> None:
        self.field = field
        super().__init__(f"cannot unseal {field or 'the value'}")


class PersonalDataKey:
    """The secret behind everything personal; made by `load`. It never shows itself."""

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise BadKey(f"PERSONAL_DATA_KEY must be {KEY_BYTES} bytes, not {len(master)}")
        self._master = master

    @classmethod
    def load(cls, text: str) -> "PersonalDataKey":
        """The key from its hex text. Raises `BadKey` for anything but 64 hex digits."""
        if not text:
            raise BadKey(
                "PERSONAL_DATA_KEY is not set: 64 hex digits, as `openssl rand -hex 32` makes them"
            )
        digits = sum(character in "0123456789abcdefABCDEF" for character in text)
        if digits != len(text) or digits != 2 * KEY_BYTES:
            raise BadKey(
                f"PERSONAL_DATA_KEY must be {2 * KEY_BYTES} hex digits ({KEY_BYTES} bytes), and "
                f"nothing else; it has {len(text)} characters, {digits} of them hex digits"
            )
        return cls(bytes.fromhex(text))

    def derive(self, purpose: str) -> bytes:
        """The key of 32 bytes for one purpose; the purpose is part of what it makes, for ever."""
        info = f"wanchuang/{purpose}".encode()
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self._master)

    @cached_property
    def lookup(self) -> bytes:
        """The key for `lookup_digest`."""
        return self.derive("lookup/1")

    @cached_property
    def sealing(self) -> bytes:
        """The key for `seal` and `unseal`."""
        return self.derive("seal/1")

    def __repr__(self) -> str:
        return "<PersonalDataKey>"


def lookup_digest(key: bytes, kind: str, value: str) -> str:
    """The keyed digest that stands for an ID number or a login: HMAC-SHA256 as 64 hex digits.

    `kind` keeps a number that is used for two things apart. The value is NFC-normalised; all other
    normalising (upper case, full-width forms) is the caller's, who knows what it is.
    """
    text = unicodedata.normalize("NFC", value)
    message = len(kind).to_bytes(2) + f"{kind}{text}".encode("utf-8", "surrogatepass")
    return hmac.new(key, message, sha256).hexdigest()


def seal(key: bytes, text: str, purpose: str = "") -> str:
    """Seal a text: `sealed:1:…`, different each time. `purpose` is bound to it, not hidden in it.

    AES-256-GCM with a random nonce: one key serves 2^32 texts (NIST SP 800-38D, 8.3).
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    plain = text.encode("utf-8", "surrogatepass")  # whether it is proper text is for the schema
    sealed = AESGCM(key).encrypt(nonce, plain, (PREFIX + purpose).encode())
    return PREFIX + _encoded(nonce + sealed)


def unseal(key: bytes, value: str, purpose: str = "") -> str:
    """The text that `seal` sealed. Raises `Unsealable`."""
    body = value.removeprefix(PREFIX)
    try:
        raw = b64decode(body + "=" * (-len(body) % 4), b"-_", validate=True)
        if body == value or len(raw) < _NONCE_BYTES + _TAG_BYTES or _encoded(raw) != body:
            raise Unsealable
        nonce, sealed = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
        plain = AESGCM(key).decrypt(nonce, sealed, (PREFIX + purpose).encode())
        return plain.decode("utf-8", "surrogatepass")
    except (InvalidTag, ValueError) as error:
        raise Unsealable from error


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def seal_personal(
    contract: type[Contract], payload: Mapping[str, Any], key: bytes
) -> dict[str, Any]:
    """The input of a contract with its personal fields sealed, each for itself.

    Only text is sealed: what is of another type is not personal, it is wrong, and the service says
    so.
    """
    return _each_personal(contract, payload, lambda text, purpose: seal(key, text, purpose))


def unseal_personal(
    contract: type[Contract], payload: Mapping[str, Any], key: bytes
) -> dict[str, Any]:
    """The input of a contract as it was before `seal_personal`.

    Raises `Unsealable` naming the field, also for a personal text that came unsealed: whoever sends
    one has put it on the bus in clear, and must learn of it.
    """
    return _each_personal(contract, payload, lambda text, purpose: unseal(key, text, purpose))


def _each_personal(
    contract: type[Contract], payload: Mapping[str, Any], change: Callable[[str, str], str]
) -> dict[str, Any]:
    changed = dict(payload)
    for name in _personal_fields(contract):
        value = changed.get(name)
        if isinstance(value, str):
            try:
                changed[name] = change(value, f"{contract.service}.{contract.method()}.{name}")
            except Unsealable as error:
                raise Unsealable(name) from error
    return changed


@cache
def _personal_fields(contract: type[Contract]) -> tuple[str, ...]:
    declared = contract().fields
    return tuple(name for name, field in declared.items() if field.metadata.get("personal"))
