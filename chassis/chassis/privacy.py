"""Privacy: keyed digests for look-ups, and personal fields sealed in transit.

One secret, `PERSONAL_DATA_KEY`, from which each use derives a key of its own (HKDF-SHA256, RFC
5869), so that what is made for one use is worth nothing for another. An ID number or a login is
looked up by a keyed digest; between the gateway and a service the personal fields of a contract
(`metadata={"personal": True}`) travel sealed with AES-256-GCM, so neither the broker nor whoever
reads its queues learns a name, a number or a password.

The master key rotates: keys may follow the present one, for what was made with them before. What
must stay the same for ever (digests for look-ups and of commands) and what other processes need
(sealing in transit) can be set apart from it: `PERSONAL_DATA_LOOKUP_KEY`,
`PERSONAL_DATA_TRANSIT_KEY`; `wanchuang personal-keys` prints both for the present master key.
"""

import hmac
import json
import secrets
import unicodedata
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chassis.contract import Contract
from chassis.settings import Settings

KEY_BYTES: Final = 32
PREFIX: Final = "sealed:1:"
"""Version 1: base64url (no padding) of a random nonce of 12 bytes, ciphertext, tag of 16 bytes."""

_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


class BadKey(ValueError):
    """A key of personal data is missing or malformed. The text never holds the key."""


class Unsealable(ValueError):
    """A value is not sealed, was sealed with another key or for another purpose, or was changed.

    `field` names it where it is known; the text never holds the value.
    """

    def __init__(self, field: str = "") -> None:
        self.field = field
        super().__init__(f"cannot unseal {field or 'the value'}")


class PersonalDataKey:
    """The secrets behind everything personal; made by `of` or `load`. It never shows itself.

    `masters` are the master keys, the present one first; empty where a process has no need of them.
    """

    def __init__(self, masters: Sequence[bytes], lookup: str = "", transit: str = "") -> None:
        self._masters = tuple(masters)
        stable = _hex("PERSONAL_DATA_LOOKUP_KEY", lookup, 2 * KEY_BYTES) if lookup else b""
        self._lookup, self._digests = stable[:KEY_BYTES], stable[KEY_BYTES:]
        self._transit = _hex("PERSONAL_DATA_TRANSIT_KEY", transit, KEY_BYTES) if transit else b""

    @classmethod
    def load(cls, text: str, lookup: str = "", transit: str = "") -> "PersonalDataKey":
        """The keys from their hex texts; master keys with white space between, the present first.

        Raises `BadKey` for anything but 64 hex digits (128 for `lookup`), and without any key.
        """
        masters = [_hex("PERSONAL_DATA_KEY", each, KEY_BYTES) for each in text.split()]
        if not masters and not transit:
            raise BadKey(
                "PERSONAL_DATA_KEY is not set: 64 hex digits, as `openssl rand -hex 32` makes them"
            )
        return cls(masters, lookup, transit)

    @classmethod
    def of(cls, settings: Settings) -> "PersonalDataKey":
        """The keys that the settings or the file that they name hold. Raises `BadKey`."""
        text = settings.personal_data_key
        if settings.personal_data_key_file:
            if text:
                raise BadKey("set PERSONAL_DATA_KEY or PERSONAL_DATA_KEY_FILE, not both")
            try:
                text = Path(settings.personal_data_key_file).read_text("ascii")
            except (OSError, ValueError) as error:
                raise BadKey(f"PERSONAL_DATA_KEY_FILE: {type(error).__name__}") from None
        return cls.load(text, settings.personal_data_lookup_key, settings.personal_data_transit_key)

    def derive(self, purpose: str) -> bytes:
        """The key of 32 bytes for one purpose; the purpose is part of what it makes, for ever.

        Raises `BadKey` where this process has no master key.
        """
        if not self._masters:
            raise BadKey("PERSONAL_DATA_KEY is not set, and this needs it")
        return _derived(self._masters[0], purpose)

    def derive_all(self, purpose: str) -> list[bytes]:
        """The keys for one purpose from every master key, the present one's first."""
        return [_derived(master, purpose) for master in self._masters]

    @cached_property
    def lookup(self) -> bytes:
        """The key for `lookup_digest`; it never changes."""
        return self._lookup or self.derive("lookup/1")

    @cached_property
    def accounts(self) -> bytes:
        """The key of the digests of bank accounts; it never changes.

        The payment institution has it too, and can tell an account without its number.
        """
        return _derived(self.lookup, "accounts/1")

    @cached_property
    def devices(self) -> bytes:
        """The key of the digests of the marks that browsers keep; it never changes."""
        return _derived(self.lookup, "devices/1")

    @cached_property
    def command_digests(self) -> bytes:
        """The key of the digests by which repeated commands are compared; it never changes."""
        return self._digests or self.derive("command-digests/1")

    @cached_property
    def sealing(self) -> bytes:
        """The key for `seal` and `unseal`: of personal data in transit."""
        return self._transit or self.derive("seal/1")

    @cached_property
    def marks(self) -> bytes:
        """The key with which the gateway knows the marks that it gave to browsers."""
        return _derived(self.sealing, "device-marks/1")

    def __repr__(self) -> str:
        return "<PersonalDataKey>"


def available(settings: Settings) -> "PersonalDataKey | None":
    """The keys of the settings; None where none is set: nothing is sealed then."""
    given = (
        settings.personal_data_key,
        settings.personal_data_key_file,
        settings.personal_data_transit_key,
    )
    return PersonalDataKey.of(settings) if any(given) else None


def _derived(master: bytes, purpose: str) -> bytes:
    info = f"wanchuang/{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master)


def _hex(name: str, text: str, size: int) -> bytes:
    digits = sum(character in "0123456789abcdefABCDEF" for character in text)
    if digits != len(text) or digits != 2 * size:
        raise BadKey(
            f"{name} must be {2 * size} hex digits ({size} bytes), and nothing else; "
            f"it has {len(text)} characters, {digits} of them hex digits"
        )
    return bytes.fromhex(text)


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


def is_personal(contract: type[Contract]) -> bool:
    """Whether a contract asks for personal data, or shows some."""
    return bool(_personal_fields(contract) or _personal_of_view(contract))


def seal_view(contract: type[Contract], shown: Any, key: bytes) -> Any:
    """What a contract answers, with the personal fields of its view sealed, of any type."""
    change = lambda value, purpose: seal(key, json.dumps(value, ensure_ascii=False), purpose)  # noqa: E731
    return _each_shown(contract, shown, change)


def unseal_view(contract: type[Contract], shown: Any, key: bytes) -> Any:
    """The answer as it was before `seal_view`. Raises `Unsealable` naming the field."""
    return _each_shown(contract, shown, lambda value, purpose: _opened(key, value, purpose))


def _opened(key: bytes, value: Any, purpose: str) -> Any:
    if not isinstance(value, str):
        raise Unsealable
    return json.loads(unseal(key, value, purpose))


def _each_shown(contract: type[Contract], shown: Any, change: Callable[[Any, str], Any]) -> Any:
    personal = _personal_of_view(contract)
    if not personal:
        return shown
    if isinstance(shown, list):
        return [_each_shown(contract, one, change) for one in shown]
    changed = dict(shown)
    for name in personal & changed.keys():
        try:
            purpose = f"view:{contract.service}.{contract.method()}.{name}"
            changed[name] = change(changed[name], purpose)
        except Unsealable as error:
            raise Unsealable(name) from error
    return changed


@cache
def _personal_of_view(contract: type[Contract]) -> frozenset[str]:
    declared = contract.view().fields if contract.view is not None else {}
    return frozenset(name for name, field in declared.items() if field.metadata.get("personal"))


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
