"""Sealing for events: readable at its place with its key, and nowhere else; both ciphers."""

import base64

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256, SM3
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from chassis.privacy import Unsealable
from identity.sealing import AES, PREFIX, SM4, UnknownCipher, new_key, require_cipher, seal, unseal
from schemas.events.common import Sealed

KEY = bytes(range(32))
PLACE = ("subject-1", "identity.PersonalDataRecorded", "name")
CIPHERS = st.sampled_from([AES, SM4])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
NAMES = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=4)


@given(CIPHERS, TEXTS, NAMES)
def test_what_is_sealed_can_be_unsealed_at_its_place(
    cipher: str, text: str, place: list[str]
) -> None:
    sealed = seal(KEY, cipher, text, *place)
    assert sealed.startswith(f"{PREFIX}{cipher}:")
    assert Sealed(required=True).deserialize(sealed) == sealed
    assert unseal(KEY, sealed, *place) == text
    assert seal(KEY, cipher, text, *place) != sealed, "a nonce is used once"


@given(CIPHERS, TEXTS, NAMES, NAMES)
def test_what_is_moved_to_another_place_cannot_be_unsealed(
    cipher: str, text: str, place: list[str], other: list[str]
) -> None:
    sealed = seal(KEY, cipher, text, *place)
    if other != place:
        with pytest.raises(Unsealable):
            unseal(KEY, sealed, *other)


@pytest.mark.parametrize("cipher", [AES, SM4])
@pytest.mark.parametrize(
    "other",
    [
        ("subject-2", *PLACE[1:]),
        (PLACE[0], "identity.PersonalDataCorrected", PLACE[2]),
        (*PLACE[:2], "id_number"),
        PLACE[:2],
        (*PLACE, ""),
        (PLACE[0] + PLACE[1], PLACE[2]),
    ],
)
def test_subject_event_and_field_are_bound(cipher: str, other: tuple[str, ...]) -> None:
    with pytest.raises(Unsealable):
        unseal(KEY, seal(KEY, cipher, "张三", *PLACE), *other)


@given(CIPHERS, st.integers(0, 10_000), st.characters(exclude_categories=["Cs"]))
def test_a_changed_value_cannot_be_unsealed(cipher: str, place: int, character: str) -> None:
    sealed = seal(KEY, cipher, "340101200001011234", *PLACE)
    place %= len(sealed)
    changed = sealed[:place] + character + sealed[place + 1 :]
    if changed != sealed:
        with pytest.raises(Unsealable):
            unseal(KEY, changed, *PLACE)


@given(st.text(max_size=80))
def test_other_texts_cannot_be_unsealed(text: str) -> None:
    for value in (text, PREFIX + text, f"{PREFIX}{AES}:{text}", f"{PREFIX}{SM4}:{text}"):
        with pytest.raises(Unsealable):
            unseal(KEY, value, *PLACE)


@pytest.mark.parametrize("cipher", [AES, SM4])
def test_another_key_opens_nothing(cipher: str) -> None:
    sealed = seal(KEY, cipher, "张三", *PLACE)
    other = AES if cipher == SM4 else SM4
    with pytest.raises(Unsealable):
        unseal(new_key(), sealed, *PLACE)
    with pytest.raises(Unsealable):
        unseal(KEY, sealed.replace(cipher, other), *PLACE)


@pytest.mark.parametrize(
    ("cipher", "algorithm", "size", "digest"),
    [(AES, algorithms.AES, 32, SHA256), (SM4, algorithms.SM4, 16, SM3)],
)
def test_the_form_is_what_the_docstring_says(
    cipher: str, algorithm: type, size: int, digest: type
) -> None:
    sealed = seal(KEY, cipher, "张三", *PLACE)
    body = sealed.removeprefix(f"sealed:2:{cipher}:")
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    info = f"wanchuang/sealed/2/{cipher}".encode()
    key = HKDF(digest(), size, None, info).derive(KEY)
    decryptor = Cipher(algorithm(key), modes.GCM(raw[:12], raw[-16:])).decryptor()
    bound = f'["sealed:2:{cipher}","{PLACE[0]}","{PLACE[1]}","{PLACE[2]}"]'
    decryptor.authenticate_additional_data(bound.encode())
    assert (decryptor.update(raw[12:-16]) + decryptor.finalize()).decode() == "张三"


def test_an_unknown_cipher_is_refused() -> None:
    assert require_cipher(SM4) == SM4
    with pytest.raises(UnknownCipher, match="aes-256-gcm, sm4-gcm"):
        require_cipher("des")
