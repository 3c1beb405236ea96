"""The report of an import: every row that was not imported, with its number, code and reason.

A CSV file beside the imported one, in UTF-8 with a byte order mark, as spreadsheets want it. It is
written anew by each run, whole: a row that an earlier run refused stands in it too. It repeats
nothing of the file.
"""

import csv
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

HEAD = ("行号 row", "代码 code", "说明", "message", "详情 details", "同号首行 same as row")


class Report:
    """Rows that were not imported; at its name only once it is whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._partial = path.with_name(path.name + ".partial")
        self._file = self._partial.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(HEAD)
        self.rows = 0

    def add(self, row: int, error: Mapping[str, Any], first: int | None) -> None:
        """A row, its error as outcomes hold it, and the first row with the same number, if any."""
        message = error["message"]
        details = "; ".join(_told(error["data"].get("fields", {})))
        same = "" if first is None else first
        self._writer.writerow((row, error["code"], message["zh"], message["en"], details, same))
        self.rows += 1

    def keep(self) -> None:
        """It is whole: give it its name."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._partial.replace(self.path)

    def __enter__(self) -> "Report":
        return self

    def __exit__(self, *_: object) -> None:
        """Where the run ended early, what is there stays under its partial name."""
        self._file.close()


def _told(fields: Mapping[str, Any]) -> Iterable[str]:
    for name, faults in fields.items():
        for fault in faults if isinstance(faults, list) else [faults]:
            yield f"{name}: {fault}"
