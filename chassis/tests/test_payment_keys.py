"""The payment institution's public keys: RSA as most sign, Ed25519, and nothing weaker."""

from base64 import b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chassis.payment_keys import BadPaymentKey, PaymentKey, payment_keys

DATA = b"eyJmZW4iOjF9"


def rsa(bits: int = 2048) -> RSAPrivateKey:
    return generate_private_key(65537, bits)


def der(key: RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def test_a_signature_by_rsa_holds_and_no_other_does() -> None:
    signer = rsa()
    key = PaymentKey.parse(b64encode(der(signer)).decode())
    signature = signer.sign(DATA, PKCS1v15(), SHA256())

    assert key.name == sha256(der(signer)).hexdigest()
    assert key.holds(signature, DATA)
    assert not key.holds(signature, DATA + b"0")
    assert not key.holds(signature[:-1], DATA)
    assert not key.holds(b"", DATA)
    assert not key.holds(rsa().sign(DATA, PKCS1v15(), SHA256()), DATA)
    assert not key.holds(signer.sign(DATA, PKCS1v15(), SHA1()), DATA)
    assert not key.holds(signer.sign(DATA, PSS(MGF1(SHA256()), 32), SHA256()), DATA)


def test_a_signature_by_ed25519_holds_under_a_key_that_is_its_own_name() -> None:
    signer = Ed25519PrivateKey.generate()
    text = signer.public_key().public_bytes_raw().hex()
    key = PaymentKey.parse(text.upper())

    assert key.name == text
    assert key.holds(signer.sign(DATA), DATA)
    assert not key.holds(signer.sign(DATA), DATA + b"0")
    assert not key.holds(b"0" * 64, DATA)


def test_a_setting_names_several_keys_or_none() -> None:
    first, second = Ed25519PrivateKey.generate().public_key(), rsa()
    texts = first.public_bytes_raw().hex(), b64encode(der(second)).decode()

    assert payment_keys("  ") == {}
    assert list(payment_keys("\n".join(texts))) == [texts[0], sha256(der(second)).hexdigest()]


@pytest.mark.parametrize(
    "text",
    [
        "g" * 64,
        "00" * 31,
        "MIIB",
        "一" * 64,
        b64encode(der(rsa(1024))).decode(),
        b64encode(
            generate_ec(SECP256R1())
            .public_key()
            .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ).decode(),
    ],
    ids=["no hex", "short", "no DER", "no ASCII", "1024 bits", "elliptic curve"],
)
def test_whatever_else_a_setting_says_is_refused(text: str) -> None:
    with pytest.raises(BadPaymentKey):
        payment_keys(text)
