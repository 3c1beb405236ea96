"""A finding that stays until it is dealt with (监理发现): opened once, closed once, in the log.

Its stream follows from its subject, a text that names one occurrence of one matter
(`cosignature-overdue/catalog/120`), so whoever comes upon it again opens nothing anew.
"""

from uuid import UUID

from chassis.domain import event, stream_id
from oversight.domain.base import OversightAggregate


def finding_id(subject: str) -> str:
    """The stream of a subject's finding: there is one."""
    return stream_id("finding", subject)


class Finding(OversightAggregate):
    """Something that is not as it should be; `about` is a log, `position` an entry of it."""

    @event("Opened")
    def __init__(
        self, subject: str, rule: str, about: str | None, position: int | None, zh: str, en: str
    ) -> None:
        self.subject = subject
        self.rule = rule
        self.open = True

    @staticmethod
    def create_id(subject: str) -> UUID:
        """One stream per subject."""
        return UUID(finding_id(subject))

    def close(self, how: str) -> None:
        """It is dealt with; closing again changes nothing."""
        if self.open:
            self._closed(self.subject, how)

    @event("Closed")
    def _closed(self, subject: str, how: str) -> None:
        self.open = False
