"""The logs that benchmarks verify keep every rule: whoever changes an event changes them too."""

from bench.sides.lives import INSTITUTIONS, Lives
from oversight.domain.audit import ORDER, Audit
from oversight.vocabulary import EventSchemas


def test_lives_are_clean_and_every_entry_is_decoded_at_once() -> None:
    logs: dict[str, list[bytes]] = {}
    for log, text in Lives().entries(8_000):
        logs.setdefault(log, []).append(text.encode())
    schemas = EventSchemas()
    sizes = {log: len(texts) for log, texts in logs.items()}
    audit = Audit(schemas, sizes, institutions=INSTITUTIONS)
    for log in ORDER:
        for position, entry in enumerate(logs.get(log, ())):
            assert schemas.sound(log, position, entry) is not None, entry
            audit.feed(log, position, entry)
    report = audit.close()
    assert report.findings == []
    assert set(report.states["orders"]) == {"accepted", "cancelled", "refused"}
