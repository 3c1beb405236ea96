"""A reader of tiled logs over HTTP that shares no code with the platform.

What it knows is C2SP tlog-tiles and RFC 9162; signatures and hashes are the offline verifier's.
"""

import hashlib
from dataclasses import dataclass

import requests

from verifier import wanchuang_verify as verifier

Hash = bytes


def number(n: int) -> str:
    """A tile's number in its path: 1234067 is `x001/x234/067`."""
    groups = [f"{n % 1000:03}"]
    while n := n // 1000:
        groups.insert(0, f"x{n % 1000:03}")
    return "/".join(groups)


def leaf(entry: bytes) -> Hash:
    return hashlib.sha256(b"\x00" + entry).digest()


def root(row: list[Hash]) -> Hash:
    """The root above hashes (RFC 9162, 2.1.1)."""
    if len(row) == 1:
        return row[0]
    half = 1
    while half * 2 < len(row):
        half *= 2
    return hashlib.sha256(b"\x01" + root(row[:half]) + root(row[half:])).digest()


@dataclass
class TileClient:
    """Reads one log."""

    prefix: str
    key: verifier.Key
    token: str = ""

    def get(self, path: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return requests.get(f"{self.prefix}/{path}", headers=headers, timeout=30)

    def checkpoint(self) -> verifier.Checkpoint:
        """The log's newest checkpoint, its signature checked."""
        answer = self.get("checkpoint")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        found = verifier.read_checkpoint(answer.text, "checkpoint")
        report = verifier.Report(lambda _: None)
        assert found.origin == self.key.name
        assert verifier.verified(found, [self.key], report) == {self.key}
        assert not report.faults
        return found

    def row(self, level: int, size: int) -> list[Hash]:
        """All hashes of a level of the tree of a size."""
        count = size >> (8 * level)
        hashes: list[Hash] = []
        for tile in range((count + 255) // 256):
            width = min(256, count - 256 * tile)
            data = self._bytes(f"tile/{level}/{number(tile)}", width)
            assert len(data) == 32 * width
            hashes += [data[at : at + 32] for at in range(0, len(data), 32)]
        return hashes

    def root(self, size: int) -> Hash:
        """The root that the tiles give, each level checked against the one below."""
        leaves = below = self.row(0, size)
        level = 1
        while above := self.row(level, size):
            full = range(0, len(below) // 256 * 256, 256)
            assert above == [root(below[at : at + 256]) for at in full]
            below, level = above, level + 1
        return root(leaves)

    def entries(self, size: int) -> list[bytes]:
        """All entries of the tree of a size."""
        found: list[bytes] = []
        for bundle in range((size + 255) // 256):
            width = min(256, size - 256 * bundle)
            data = self._bytes(f"tile/entries/{number(bundle)}", width)
            while data:
                length = int.from_bytes(data[:2], "big")
                assert len(data) >= 2 + length
                found.append(data[2 : 2 + length])
                data = data[2 + length :]
        return found

    def _bytes(self, path: str, width: int) -> bytes:
        answer = self.get(path if width == 256 else f"{path}.p/{width}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert "immutable" in answer.headers["Cache-Control"]
        return answer.content
