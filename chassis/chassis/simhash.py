"""SimHash (Charikar 2002): 64 bits of a text; nearly the same texts differ in few of them.

The features are all runs of three characters of the text, after NFKC, case folding and without
white space; each counts as often as it occurs, by the first 64 bits of the SHA-256 of its UTF-8.
What has fewer characters is one feature.
"""

import unicodedata
from collections import Counter
from hashlib import sha256
from typing import Final

BITS: Final = 64
RUN: Final = 3


def simhash(text: str) -> str:
    """The SimHash of a text, as 16 hex digits."""
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    runs = Counter(plain[at : at + RUN] for at in range(max(len(plain) - RUN + 1, 1)))
    votes = [0] * BITS
    for run, count in runs.items():
        digest = int.from_bytes(sha256(run.encode("utf-8", "surrogatepass")).digest()[:8])
        for bit in range(BITS):
            votes[bit] += count if digest >> bit & 1 else -count
    return f"{sum(1 << bit for bit, vote in enumerate(votes) if vote > 0):016x}"


def distance(one: str, other: str) -> int:
    """In how many of their bits two differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
