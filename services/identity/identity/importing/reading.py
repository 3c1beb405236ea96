"""Reads a file of subjects row by row, so that none is lost and a bad one spoils no other.

UTF-8 (with or without a byte order mark), UTF-16 with one, or GBK (GB 18030); separated by commas,
semicolons or tabs. Column names in Chinese or English. A row is a line, and its number that line's,
as a spreadsheet shows it.
"""

import codecs
import csv
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from marshmallow import ValidationError

from chassis.refusal import InvalidInput, Refusal
from identity.importing.faults import (
    CellsUnfit,
    ColumnsUnfit,
    FileChanged,
    FileEmpty,
    FileUnreadable,
    RowUnreadable,
)
from schemas.identity.importing import ImportSubject

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": ("kind", "type", "主体类型", "类型", "类别"),
    "name": ("name", "姓名", "名称", "企业名称", "单位名称", "姓名或名称", "姓名/名称"),
    "number": (
        *("number", "idnumber", "uscc", "证件号码", "身份证号", "身份证号码", "公民身份号码"),
        *("统一社会信用代码", "证件号码或统一社会信用代码", "证件号码/统一社会信用代码"),
    ),
    "legal_representative": ("legalrepresentative", "法定代表人", "法人代表", "法人"),
}
"""By field of `ImportSubject`: the names that its column may have (case, blanks, `_` aside)."""

OPTIONAL: Final = frozenset({"legal_representative"})
WANTED: Final = "主体类型 kind, 姓名或名称 name, 证件号码 number, 法定代表人 legal_representative"
KINDS: Final = {
    **dict.fromkeys(("person", "个人", "自然人", "创客"), "person"),
    **dict.fromkeys(("firm", "company", "企业", "单位", "小微企业", "公司"), "firm"),
}
DELIMITERS: Final = ",;\t"
_CHUNK: Final = 1 << 20
_FIELD: Final = {alias: field for field, names in COLUMNS.items() for alias in names}
_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the input of `ImportSubject`, or why it is none. A blank one has neither."""

    number: int
    values: dict[str, Any] | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read: its SHA-256, encoding, number of lines, and columns in order."""

    path: Path
    digest: str
    encoding: str
    lines: int
    delimiter: str
    columns: tuple[str, ...]
    header: int
    stamp: tuple[int, int]


def opened(path: Path) -> Source:
    """Look at the whole file once.

    Raises `FileUnreadable`, `FileEmpty`, `ColumnsUnfit`, and OSError.
    """
    stamp, digest = _stamp(path), sha256()
    with path.open("rb") as file:
        head = file.read(3)
        marked = [name for mark, name in _MARKS.items() if head.startswith(mark)]
        names = marked or ["utf-8", "gb18030"]
        candidates = {name: codecs.getincrementaldecoder(name)() for name in names}
        file.seek(0)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            for name in list(candidates):
                if not _decodes(candidates[name], chunk):
                    del candidates[name]
    found = [name for name, each in candidates.items() if _decodes(each, b"", final=True)]
    if not found:
        raise FileUnreadable
    return _described(path, digest.hexdigest(), found[0], stamp)


def rows(source: Source) -> Iterator[Row]:
    """Every row after the column names, in order. Raises `FileChanged` at the end."""
    with source.path.open(encoding=source.encoding, newline=None) as file:
        for number, line in enumerate(file, 1):
            if number > source.header:
                yield _row(source, number, line)
    if _stamp(source.path) != source.stamp:
        raise FileChanged


def _described(path: Path, digest: str, encoding: str, stamp: tuple[int, int]) -> Source:
    header, names, lines = 0, "", 0
    with path.open(encoding=encoding, newline=None) as file:
        for lines, line in enumerate(file, 1):
            if not header and line.strip(f" {DELIMITERS}\n\ufeff"):
                header, names = lines, line
    if not header:
        raise FileEmpty
    delimiter = max(DELIMITERS, key=names.count)
    cells = _cells(names.lstrip("\ufeff"), delimiter) or []
    columns = tuple(_FIELD.get(plain(cell), "") for cell in cells)
    required = [field for field in COLUMNS if field not in OPTIONAL]
    missing = [field for field in required if field not in columns]
    twice = [field for field in COLUMNS if columns.count(field) > 1]
    if missing or twice or "" in columns:
        raise ColumnsUnfit(
            missing=", ".join(missing) or "-",
            twice=", ".join(twice) or "-",
            unknown=columns.count(""),
            wanted=WANTED,
        )
    return Source(path, digest, encoding, lines, delimiter, columns, header, stamp)


def _row(source: Source, number: int, line: str) -> Row:
    if not line.strip(f" \u3000{source.delimiter}\n"):
        return Row(number)
    cells = _cells(line, source.delimiter)
    if cells is None:
        return Row(number, refusal=RowUnreadable())
    if len(cells) != len(source.columns):
        return Row(number, refusal=CellsUnfit(cells=len(cells), columns=len(source.columns)))
    given = {name: cell.strip() for name, cell in zip(source.columns, cells, strict=True)}
    given["kind"] = KINDS.get(plain(given["kind"]), given["kind"])
    try:
        values = ImportSubject.parse({**given, "source": source.digest, "row": number})
    except ValidationError as error:
        faults = error.messages if isinstance(error.messages, dict) else {"row": error.messages}
        return Row(number, refusal=InvalidInput(faults))
    return Row(number, values)


def _cells(line: str, delimiter: str) -> list[str] | None:
    """The cells of one line; None where it is no whole row."""
    if '"' not in line and "\0" not in line:
        return line.rstrip("\n").split(delimiter)
    try:
        found = list(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return found[0] if len(found) == 1 and "\0" not in line else None


def plain(name: str) -> str:
    """A name without case, blanks and underscores, full-width forms turned into plain ones."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(each for each in folded if not each.isspace() and each not in "_*")


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        return "\0" not in decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns
