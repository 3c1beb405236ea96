"""Is a copy of a log what was signed? Its tree is rebuilt and compared with every checkpoint.

The root of the entries up to a checkpoint's size has to be the one that it names, and for the
ledger the totals of the postings up to it. The tiles that the supervisor stored say which entry was
changed, where one was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from heapq import merge
from typing import Any

from chassis.sealing.faults import Fault
from chassis.sealing.hashing import SHA256
from chassis.sealing.totals import check_sound, parse_totals, say
from chassis.sealing.tree import TreeState
from oversight.checkpoints import Boundary, Checkpoints, Keys
from oversight.copies import Chunk, Copy
from oversight.domain.completeness import Published
from oversight.domain.differences import FARTHEST
from oversight.domain.report import Findings, Seal
from oversight.domain.rules.base import Rule
from oversight.domain.rules.seals import (
    NothingWasSpliced,
    TheCheckpointIsSigned,
    TheCopyHasEveryEntry,
    TheCopyIsWhatWasCosigned,
    TheCopyIsWhatWasFollowed,
    TheCopysTailIsThere,
    TheLogIsSealed,
    TheRangeIsWhatWasSigned,
    ThereIsOneHistory,
    TheTotalsAreThoseOfTheEntries,
    TheWitnessTilesAreTheTree,
)
from oversight.tally import LEDGER, Tally
from oversight.tiles import LISTED, TileCheck, ranges


class SealCheck:
    """Checks one copy while its entries are read: for each of `parts`, `count`, then `append`.

    `expected` is how many entries there must be, None for as many as were followed and signed;
    `shown` are signed notes that somebody was shown. The leaves of the tree go to `published` too,
    by which others are measured, unless the copy is not what was signed.
    """

    def __init__(
        self,
        copy: Copy,
        keys: Keys,
        findings: Findings,
        expected: int | None = None,
        shown: Sequence[str] = (),
        published: Published | None = None,
    ) -> None:
        self.log = copy.log
        self._copy = copy
        self._findings = findings
        self._expected = expected
        self._checkpoints = Checkpoints(copy, keys, findings)
        self._checkpoints.forks()
        seen = self._checkpoints.shown(shown)
        merged = merge(self._checkpoints.stored(), seen, key=lambda boundary: boundary.size)
        self._boundaries: Iterator[Boundary] = merged
        self._next = next(self._boundaries, None)
        self._tree = TreeState(self._next.checkpoint.hashing if self._next else SHA256)
        self._published = Published() if published is None else published
        self._published.digest = self._tree.hashing.digest
        self._tiles = TileCheck(copy)
        self._seal = Seal()
        self._good = 0
        self._bad: Boundary | None = None
        self._lost = False
        self._covered = 0
        self._signed_before = copy.signed_size()
        self._sealed = self._next is not None
        self._tally = Tally() if copy.log == LEDGER else None

    def parts(self, chunk: Chunk) -> Iterator[Chunk]:
        """A chunk of entries, split where something was signed."""
        while chunk and self._next is not None:
            size = self._next.size
            inside = sum(position < size for position, _ in chunk) if chunk[-1][0] >= size else 0
            if not inside:
                break
            yield chunk[:inside]
            chunk = chunk[inside:]
        if chunk:
            yield chunk

    def count(self, data: dict[str, Any]) -> None:
        """What an entry says: its postings."""
        if self._tally is not None:
            self._tally.add(data)

    def append(self, part: Chunk) -> None:
        """The next entries, which were counted."""
        self._seal = replace(self._seal, entries=self._seal.entries + len(part))
        while part and not self._lost:
            size = self._tree.size
            if part[0][0] > size:
                self._bridge(size, part[0][0])
                continue
            row = len(part) if part[-1][0] == size + len(part) - 1 else _row(part)
            leaves = self._tree.hashing.leaves([text for _, text in part[:row]])
            self._grow(leaves)
            part = part[row:]

    def close(self) -> Seal:
        """The last entry was read."""
        entries, beyond = self._tree.size, self._drained()
        end, followed = self._copy.extent() if self._expected is None else (0, self._expected)
        expected = max(followed, beyond) if self._expected is None else self._expected
        if entries < expected and end < expected and not self._lost:  # it may have grown meanwhile
            self._add(TheCopysTailIsThere, entries, expected=expected, found=entries)
        if followed < end:
            self._add(TheCopyIsWhatWasFollowed, followed, followed=followed, found=end)
        if entries and not self._sealed and self._checkpoints.key is not None:
            self._add(TheLogIsSealed, None, entries=entries)
        covered = max(self._covered, beyond)
        least, most = min(covered, self._signed_before), max(covered, self._copy.signed_size())
        self._tiles.close(least, most)
        self._published.whole = self._published.whole and self._bad is None
        self._locate()
        return replace(self._seal, checkpoints=self._checkpoints.checked)

    @property
    def changed(self) -> set[int]:
        """The positions at which the copy is known to have been changed."""
        return set() if self._bad is None else set(self._tiles.changed)

    def _drained(self) -> int:
        """The size of the last stored checkpoint beyond what was read; all are opened."""
        last = 0
        while self._next is not None:
            last = max(last, self._next.size) if self._next.stored else last
            self._next = next(self._boundaries, None)
        return last

    def _grow(self, leaves: list[bytes]) -> None:
        growth = self._tree.append(leaves)
        self._tree = growth.state
        self._published.leaves += b"".join(leaves)
        for tile in growth.tiles:
            if tile.level == 1:
                self._published.nodes += tile.fresh
        self._tiles.compare(growth.tiles)
        while self._next is not None and self._next.size <= self._tree.size:
            if self._next.stored:
                self._covered = self._next.size
            if self._next.size == self._tree.size and self._bad is None:
                self._compare(self._next)
            self._next = next(self._boundaries, None)

    def _bridge(self, start: int, end: int) -> None:
        """Entries are missing: go on with the hashes that they had, if those are known."""
        self._add(TheCopyHasEveryEntry, start, position=start, count=end - start)
        self._published.whole = False
        self._tally = None
        leaves = [leaf for n in range(start, end) if (leaf := self._tiles.stored(n)) is not None]
        if len(leaves) == end - start:
            self._grow(leaves)
        else:
            self._lost = True

    def _compare(self, boundary: Boundary) -> None:
        checkpoint = boundary.checkpoint
        if checkpoint.root != self._tree.root:
            if boundary.stored:
                self._bad = boundary
            else:
                self._add(ThereIsOneHistory, boundary.size - 1, size=boundary.size)
            return
        self._totals(boundary)
        self._good = boundary.size
        key = self._checkpoints.key
        self._seal = replace(
            self._seal,
            size=boundary.size,
            root=checkpoint.root.hex(),
            signed_by=key.label if key else "",
        )
        if boundary.cosigned_by:
            self._seal = replace(
                self._seal, cosigned=boundary.size, cosigned_by=boundary.cosigned_by
            )

    def _totals(self, boundary: Boundary) -> None:
        """The totals that were signed have to be those of the postings up to there."""
        if self._tally is None:
            return
        try:
            own, stated = self._tally.totals(), boundary.checkpoint.extensions
            signed = own
            if signed is None or not say(stated, signed):
                signed = list(parse_totals(stated))
            check_sound(signed)
        except Fault as fault:
            finding = TheCheckpointIsSigned.of_fault(self.log, boundary.size, fault.as_dict())
            self._findings.add(finding)
            self._tally = None
            return
        if own is None:
            self._tally = None  # the rules name the entry that cannot be read
        elif list(signed) != own:
            lines, made = [each.line for each in signed], [each.line for each in own]
            self._add(
                TheTotalsAreThoseOfTheEntries,
                boundary.size - 1,
                size=boundary.size,
                signed=", ".join(line for line in lines if line not in made) or "-",
                own=", ".join(line for line in made if line not in lines) or "-",
            )
            self._tally = None

    def _locate(self) -> None:
        """Say where the copy was changed, or that only the supervisor's tiles were."""
        tiles = self._tiles
        if self._bad is None:
            if names := [*(f"tile/0/{n // 256:03}" for n in tiles.changed[:1]), *tiles.nodes[:1]]:
                self._add(TheWitnessTilesAreTheTree, None, name=", ".join(names))
            return
        changed = tiles.between(self._good, self._tree.size)
        if not changed:
            last = self._bad.size - 1
            self._add(TheRangeIsWhatWasSigned, self._good, start=self._good, end=last)
        elif shift := self._shift(changed[0]):
            self._add(NothingWasSpliced, changed[0], position=changed[0], shift=shift)
        elif len(changed) <= LISTED:
            for position in changed:
                self._add(TheCopyIsWhatWasCosigned, position, position=position)
        else:
            for start, end in ranges(changed):
                self._add(TheRangeIsWhatWasSigned, start, start=start, end=end)

    def _shift(self, position: int) -> int:
        """By how many places the copy is off from a position on: above 0 when entries are gone.

        An entry that was renumbered has another hash; so each is put into the places around it.
        """
        looked_at = next(self._copy.chunks(position, position + FARTHEST), [])
        places = sorted(range(-FARTHEST, FARTHEST + 1), key=abs)
        for at, text in looked_at[:2] + looked_at[-1:]:
            body = text.rpartition(b',"log":')[0]
            for shift in places:
                entry = b'%b,"log":"%b","position":%d}' % (body, self.log.encode(), at + shift)
                if shift and self._tree.hashing.leaf(entry) == self._stored(at + shift):
                    return shift
        return 0

    def _stored(self, position: int) -> bytes | None:
        return self._tiles.stored(position) if position >= 0 else None

    def _add(self, rule: type[Rule], at: int | None, /, **breach: object) -> None:
        self._findings.add(rule.finding(self.log, at, breach))


def _row(part: Chunk) -> int:
    """How many entries follow one another without a gap."""
    first = part[0][0]
    return next((n for n, (position, _) in enumerate(part) if position != first + n), len(part))
