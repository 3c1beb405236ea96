"""Fields at the border: what they take, what they refuse, what they make of it."""

from typing import Any

import pytest
from marshmallow import ValidationError, fields

from chassis.contract import (
    BasisPoints,
    Command,
    Digest,
    Fen,
    Id,
    LegalDate,
    Region,
    Text,
    Whole,
)

ID = "0a0b0c0d-0000-4000-8000-00000000000a"


class Everything(Command):
    """Every kind of field."""

    service = "x"
    id = Id()
    fen = Fen()
    rate = BasisPoints()
    count = Whole(1, 5)
    day = LegalDate()
    text = Text(5)
    sha256 = Digest()
    region = Region()
    secret = fields.String(metadata={"personal": True})


@pytest.mark.parametrize(
    ("name", "given", "loaded"),
    [
        ("id", ID.upper(), ID),
        ("fen", 1, 1),
        ("fen", 10**15, 10**15),
        ("rate", 0, 0),
        ("day", "2028-02-29", "2028-02-29"),
        ("text", "  ab ", "ab"),
        ("text", "e\u0301", "é"),
        ("text", "می\u200cشو", "می\u200cشو"),
        ("region", "341800", "341800"),
    ],
)
def test_what_is_taken(name: str, given: Any, loaded: Any) -> None:
    assert Everything.parse({name: given}) == {name: loaded}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("id", "0"),
        ("id", 5),
        ("id", None),
        ("fen", 0),
        ("fen", -1),
        ("fen", 1.0),
        ("fen", 1.5),
        ("fen", "1"),
        ("fen", True),
        ("fen", 10**15 + 1),
        ("rate", 10_001),
        ("count", 6),
        ("count", "3"),
        ("day", "2027-02-29"),
        ("day", "2027-2-1"),
        ("day", "20270201"),
        ("day", 20270201),
        ("text", "abcdef"),
        ("text", ""),
        ("text", "a\x00"),
        ("text", "a\ud800"),
        ("text", "\u200b\u2060"),
        ("text", "\u3000 \u200b"),
        ("text", "a\u202eb"),
        ("sha256", "A" * 64),
        ("sha256", "a" * 63),
        ("sha256", "a" * 64 + "\n"),
        ("region", "330100"),
        ("region", "34010"),
        ("region", "34\uff10\uff11\uff10\uff10"),
        ("unknown", 1),
    ],
)
def test_what_is_refused(name: str, given: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        Everything.parse({name: given})
    assert list(refused.value.messages_dict) == [name]


@pytest.mark.parametrize("name", ["sha256", "region"])
def test_a_refused_form_says_in_both_languages_what_is_wanted(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Everything.parse({name: "?"})
    (told,) = refused.value.messages_dict[name]
    assert "应为" in told
    assert "Not " in told
    assert "expected pattern" not in told


def test_what_is_shown_holds_no_personal_field() -> None:
    assert Everything.shown({"fen": 5, "secret": "s"}) == {"fen": 5}


def test_the_rpc_method_follows_from_the_name() -> None:
    assert Everything.method() == "everything"
    assert type("OpenBatch", (Command,), {}).method() == "open_batch"  # type: ignore[attr-defined]
