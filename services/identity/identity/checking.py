"""Do the keys in their table and the log agree (密钥核对)?"""

from collections.abc import Iterator
from dataclasses import dataclass

from chassis.database import Database
from identity.vault import Vault

_DISAGREEMENTS = """
WITH made AS (
    SELECT e.body::jsonb -> 'data' ->> 'subject' AS subject, e.stream,
           bool_or(e.type = 'identity.SubjectKeyDestroyed') AS destroyed
    FROM events e WHERE e.type IN ('identity.SubjectKeyMade', 'identity.SubjectKeyDestroyed')
    GROUP BY 1, 2
)
SELECT coalesce(k.subject_id, m.subject) AS subject,
    CASE WHEN m.subject IS NULL THEN 'unknown' WHEN m.destroyed THEN 'not-destroyed'
         ELSE 'missing' END AS fault
FROM made m FULL JOIN subject_keys k ON k.subject_id = m.subject AND k.stream = m.stream
WHERE m.subject IS NULL OR m.destroyed = (k.subject_id IS NOT NULL)
ORDER BY 1
"""

FAULTS = {
    "unknown": "表中有密钥,日志未记载其生成 / a key that no event made",
    "not-destroyed": "日志记载已销毁,密钥仍在 / destroyed by the log, and still there",
    "missing": "密钥缺失,日志无销毁记录 / missing, and no event destroyed it",
    "unreadable": "任何主密钥均无法解开 / no known master key opens it",
}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A subject, and what is wrong with its key: one of `FAULTS`."""

    subject: str
    fault: str


def disagreements(database: Database, vault: Vault) -> Iterator[Disagreement]:
    """Everything that is wrong, in one look at the table and the log; then each key is opened."""
    for row in database.rows(_DISAGREEMENTS):
        yield Disagreement(row["subject"], row["fault"])
    for subject in vault.unreadable():
        yield Disagreement(subject, "unreadable")
