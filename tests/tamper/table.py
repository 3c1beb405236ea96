"""The catch table: what was tampered with, what was caught, and by which diagnosis."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tests.tamper.running import Result

KINDS = {
    "tail cut": "尾部截断",
    "splice in the middle": "中间插删",
    "field moved across a boundary": "字段越界",
    "edit of a read model only": "仅改读模型",
    "edit of an archived range": "篡改已归档区段",
    "replayed command id": "重放命令编号",
    "two histories shown to two readers": "两套历史",
    "a suppressed refusal": "隐瞒拒绝",
    "misuse of erasure": "滥用删除",
    "a message dropped or doubled on the bus": "消息丢失或重复",
    "an expiry that came early, late or never": "过期过早、过晚或未发生",
}
"""Every class that has to be caught, with its Chinese name."""


def table(results: Sequence[Result]) -> Iterator[str]:
    """The lines of the table."""
    head = ("类别 class", "variants", "caught", "诊断 diagnosis (findings)")
    rows = [_row(kind, [r for r in results if r.kind == kind]) for kind in _kinds(results)]
    widths = [max(_width(row[n]) for row in (head, *rows)) for n in range(3)]
    for row in (head, *rows):
        cells = [cell + " " * (widths[n] - _width(cell)) for n, cell in enumerate(row[:3])]
        yield "  ".join([*cells, row[3]]).rstrip()
    clean = [r for r in results if not r.kind]
    if clean:
        alarms = sum(not r.right for r in clean)
        yield ""
        yield f"未篡改的历史 untouched histories: {len(clean)}, 误报 false alarms: {alarms}"


def _kinds(results: Iterable[Result]) -> list[str]:
    found = {r.kind for r in results if r.kind}
    return [kind for kind in KINDS if kind in found] + sorted(found - KINDS.keys())


def _row(kind: str, results: Sequence[Result]) -> tuple[str, str, str, str]:
    codes = Counter(code for r in results for code in r.codes)
    diagnoses = ", ".join(f"{code} {count}" for code, count in codes.most_common())
    caught = sum(r.right for r in results)
    return f"{KINDS.get(kind, '')} {kind}".strip(), str(len(results)), str(caught), diagnoses


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
