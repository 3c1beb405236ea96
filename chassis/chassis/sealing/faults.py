"""Faults: what can be wrong with a tree, a tile, a proof, a note or a checkpoint.

Whatever comes from outside (a bundle, a tile, a note) and does not hold is answered with one of
these, never with a crash and never with silence. Each has one stable code and a message in Chinese
and English; the data is plain JSON.
"""

from typing import Any, ClassVar


class Fault(Exception):
    """Something that does not hold. Subclasses give `code`, `zh` and `en` (formats over data)."""

    code: ClassVar[str]
    zh: ClassVar[str]
    en: ClassVar[str]

    def __init__(self, **data: Any) -> None:
        self.data = data
        super().__init__(f"{self.code} {data}")

    def as_dict(self) -> dict[str, Any]:
        """`{code, message: {zh, en}, data}`."""
        message = {"zh": self.zh.format(**self.data), "en": self.en.format(**self.data)}
        return {"code": self.code, "message": message, "data": self.data}


class UnknownHash(Fault):
    """A hash algorithm that is neither SHA-256 nor SM3, or that this machine cannot compute."""

    code = "seal.unknown-hash"
    zh = "不支持的杂凑算法:{name}"
    en = "Unsupported hash algorithm: {name}"


class EntryTooLarge(Fault):
    """An entry beyond 65,535 bytes: an entry bundle (C2SP tlog-tiles) cannot hold it."""

    code = "seal.entry-too-large"
    zh = "日志条目过大:{size} 字节,上限 {limit} 字节"
    en = "The log entry is too large: {size} bytes, the limit is {limit}"


class MalformedBundle(Fault):
    """An entry bundle that is cut short, has bytes left over, or has too few or many entries."""

    code = "seal.malformed-bundle"
    zh = "条目包损坏:{reason}"
    en = "Malformed entry bundle: {reason}"


class MalformedName(Fault):
    """A path that is not the one name of a tile or of an entry bundle."""

    code = "seal.malformed-name"
    zh = "不是有效的瓦片路径:{name}"
    en = "Not the name of a tile: {name}"


class MalformedTile(Fault):
    """A tile that does not hold the whole hashes that were asked for."""

    code = "seal.malformed-tile"
    zh = "瓦片 {name} 损坏:应有 {wanted} 字节,实有 {found} 字节"
    en = "Tile {name} is malformed: {wanted} bytes wanted, {found} found"


class TileMismatch(Fault):
    """A tile whose hashes do not lead to the root, or to the tile above: it was changed."""

    code = "seal.tile-mismatch"
    zh = "瓦片 {name} 与树根不符:内容已被改动"
    en = "Tile {name} does not lead to the root of the tree: it was changed"


class OutOfRange(Fault):
    """A position or a size that the tree does not have."""

    code = "seal.out-of-range"
    zh = "{what} {value} 超出树的大小 {size}"
    en = "{what} {value} is beyond the tree of size {size}"


class MalformedHash(Fault):
    """Bytes that are not a hash of the tree (32 bytes)."""

    code = "seal.malformed-hash"
    zh = "不是有效的杂凑值:{what}"
    en = "Not a hash of the tree: {what}"


class NotIncluded(Fault):
    """An inclusion proof that does not lead from the entry to the root (RFC 9162, 2.1.3.2)."""

    code = "seal.not-included"
    zh = "收录证明不成立:位置 {position},树大小 {size}"
    en = "The inclusion proof does not hold: position {position}, tree size {size}"


class NotConsistent(Fault):
    """A consistency proof that does not lead to both roots (RFC 9162, 2.1.4.2).

    When both roots are signed by the log, it is proof that history was rewritten.
    """

    code = "seal.not-consistent"
    zh = "一致性证明不成立:树大小 {old} 与 {new}"
    en = "The consistency proof does not hold: tree sizes {old} and {new}"


class MalformedKey(Fault):
    """Text that is not a verifier key or signer key of a kind that we use."""

    code = "seal.malformed-key"
    zh = "密钥文本无效:{reason}"
    en = "Malformed key: {reason}"


class MalformedNote(Fault):
    """Text that is not a signed note (C2SP signed-note)."""

    code = "seal.malformed-note"
    zh = "签名文书格式无效:{reason}"
    en = "Malformed signed note: {reason}"


class BadSignature(Fault):
    """A signature under a known key's name and id that does not verify."""

    code = "seal.bad-signature"
    zh = "密钥 {key} 的签名无效"
    en = "The signature of key {key} does not verify"


class NotSigned(Fault):
    """A note without a valid signature of any key that was asked for."""

    code = "seal.not-signed"
    zh = "没有受信密钥的有效签名"
    en = "There is no valid signature of a trusted key"


class MalformedCheckpoint(Fault):
    """A note whose text is not a checkpoint (C2SP tlog-checkpoint)."""

    code = "seal.malformed-checkpoint"
    zh = "检查点格式无效:{reason}"
    en = "Malformed checkpoint: {reason}"


class WrongOrigin(Fault):
    """A checkpoint of another log."""

    code = "seal.wrong-origin"
    zh = "检查点属于另一日志:应为 {wanted},实为 {found}"
    en = "The checkpoint is of another log: {wanted} wanted, {found} found"


class MalformedTotals(Fault):
    """A line of totals that is not written in the one way that it can be."""

    code = "seal.malformed-totals"
    zh = "合计行格式无效:{line}"
    en = "Malformed line of totals: {line}"


class NotConserved(Fault):
    """Totals that do not add up: money appeared or vanished (资金不守恒)."""

    code = "seal.not-conserved"
    zh = "资金不守恒:{fund} {region} {year},下达 {appropriated} 分,各项合计 {sum} 分"
    en = "Money is not conserved: {fund} {region} {year}: {appropriated} fen given, {sum} found"


class Overdrawn(Fault):
    """Totals with an amount below zero: more left a place than ever came to it (透支)."""

    code = "seal.overdrawn"
    zh = "账户透支:{fund} {region} {year} 的 {bucket} 为 {fen} 分"
    en = "An account is overdrawn: {bucket} of {fund} {region} {year} is {fen} fen"
