"""Sealing of personal fields for events: readable with the subject's key, and with nothing else.

`sealed:2:<cipher>:<base64url of nonce of 12 bytes, ciphertext, tag of 16 bytes>`. The cipher is
AES-256-GCM or SM4-GCM (GB/T 32907, GB/T 36624), whose keys are derived from the subject's random 32
bytes with HKDF over SHA-256 or SM3. What a value belongs to (subject, event type, field) is bound
to it: moved to another place it cannot be unsealed.
"""

import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher as Encryption
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256, SM3, HashAlgorithm
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chassis.canonical import canonical
from chassis.privacy import KEY_BYTES, Unsealable

PREFIX: Final = "sealed:2:"
AES: Final = "aes-256-gcm"
SM4: Final = "sm4-gcm"

_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class _Suite:
    """A block cipher, the length of its key in bytes, and the hash that derives the key."""

    algorithm: Callable[[bytes], algorithms.AES | algorithms.SM4]
    key_bytes: int
    hash: type[HashAlgorithm]


_SUITES: Final = {AES: _Suite(algorithms.AES, 32, SHA256), SM4: _Suite(algorithms.SM4, 16, SM3)}


class UnknownCipher(ValueError):
    """`PERSONAL_DATA_CIPHER` names no cipher that is here."""


def require_cipher(name: str) -> str:
    """The name, where there is such a cipher. Raises `UnknownCipher`."""
    if name not in _SUITES:
        raise UnknownCipher(f"PERSONAL_DATA_CIPHER must be one of {', '.join(_SUITES)}")
    return name


def new_key() -> bytes:
    """A subject's key: 32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, cipher: str, text: str, *bound: str) -> str:
    """Seal a text, different each time; `bound` are the names of the place that it belongs to."""
    return seal_with(cipher_key(key, cipher), cipher, text, *bound)


def cipher_key(key: bytes, cipher: str) -> bytes:
    """The key of a cipher, derived from a subject's key: for `seal_with`, where much is sealed."""
    suite = _SUITES[cipher]
    info = f"wanchuang/sealed/2/{cipher}".encode()
    return HKDF(algorithm=suite.hash(), length=suite.key_bytes, salt=None, info=info).derive(key)


def seal_with(derived: bytes, cipher: str, text: str, *bound: str) -> str:
    """As `seal`, with the key that `cipher_key` derived."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    encryptor = Encryption(_SUITES[cipher].algorithm(derived), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(_place(cipher, bound))
    body = encryptor.update(text.encode("utf-8")) + encryptor.finalize()
    return f"{PREFIX}{cipher}:{_encoded(nonce + body + encryptor.tag)}"


def unseal(key: bytes, value: str, *bound: str) -> str:
    """The text that `seal` sealed for that place, with whichever cipher. Raises `Unsealable`."""
    cipher, _, body = value.removeprefix(PREFIX).partition(":")
    try:
        raw = b64decode(body + "=" * (-len(body) % 4), b"-_", validate=True)
        if not value.startswith(PREFIX) or cipher not in _SUITES or _encoded(raw) != body:
            raise Unsealable
        if len(raw) < _NONCE_BYTES + _TAG_BYTES:
            raise Unsealable
        nonce, sealed, tag = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:-_TAG_BYTES], raw[-_TAG_BYTES:]
        suite, derived = _SUITES[cipher], cipher_key(key, cipher)
        decryptor = Encryption(suite.algorithm(derived), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(_place(cipher, bound))
        return (decryptor.update(sealed) + decryptor.finalize()).decode("utf-8")
    except (InvalidTag, ValueError) as error:
        raise Unsealable from error


def _place(cipher: str, bound: tuple[str, ...]) -> bytes:
    return canonical([PREFIX + cipher, *bound])


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
