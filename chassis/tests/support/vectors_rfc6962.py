"""Reference vectors of the RFC 6962 tree, as the tests of public implementations have them.

From github.com/transparency-dev/merkle, proof/verify_test.go (the reference tree of Certificate
Transparency); the proofs of the longer trees from the tests of filippo.io/torchwood,
internal/witness/witness_test.go.
"""

from base64 import b64decode

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]

ROOTS = [
    bytes.fromhex(text)
    for text in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
"""Of the trees of the first 1 … 8 leaves."""

EMPTY_ROOT = bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")

_A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
_B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
_C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
_D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
_E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
_F = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
_G = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
_H = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
_I = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
_J = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"


def _hashes(*texts: str) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


INCLUSION = [
    (0, 1, _hashes()),
    (0, 8, _hashes(_A, _B, _C)),
    (5, 8, _hashes(_D, _E, _F)),
    (2, 3, _hashes(_G)),
    (1, 5, _hashes(_H, _B, _D)),
]
"""(position, size, proof)."""

CONSISTENCY = [
    (1, 1, _hashes()),
    (1, 8, _hashes(_A, _B, _C)),
    (6, 8, _hashes(_I, _E, _F)),
    (2, 5, _hashes(_B, _D)),
    (6, 7, _hashes(_I, _J, _F)),
]
"""(earlier size, later size, proof)."""

_WITNESSED = "KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
WITNESS_CONSISTENCY = [
    (
        1,
        3,
        b64decode(_WITNESSED),
        b64decode("RcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0="),
        [
            b64decode("KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            b64decode("KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ],
    ),
    (
        1,
        5,
        b64decode(_WITNESSED),
        b64decode("QrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY="),
        [
            b64decode("KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            b64decode("+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI="),
            b64decode("KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ],
    ),
]
"""(earlier size, later size, earlier root, later root, proof)."""
