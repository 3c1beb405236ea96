"""Whatever is done to a valid bundle, it never becomes valid evidence of anything else."""

import contextlib
import copy
import importlib.util
import io
import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

HERE = Path(__file__).resolve().parent.parent
VECTORS = HERE / "vectors"
CASES = json.loads((VECTORS / "cases.json").read_text("utf-8"))
VALID = (VECTORS / "valid.json").read_text("utf-8")
ERASED = (VECTORS / "valid-erasure-elsewhere.json").read_text("utf-8")
BUNDLES = {"valid": VALID, "valid-erasure-elsewhere": ERASED}

Where = tuple[str | int, ...]


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("program", HERE / "wanchuang_verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PROGRAM = load()


def verify(text: str | bytes, arguments: list[str]) -> tuple[int, str]:
    """Exit status and output of the verifier."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    output = io.StringIO()
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        with contextlib.redirect_stdout(output):
            status = PROGRAM.main([file.name, *arguments])
    assert "internal" not in output.getvalue(), output.getvalue()
    return status, output.getvalue()


def facts(bundle: Any) -> set[str]:
    """What a reader learns from a bundle that is said to be valid."""
    note = bundle["checkpoint"].rpartition("\n\n")[0]
    found = {json.dumps(["checkpoint", note])}
    for entry in bundle["entries"]:
        found.add(json.dumps(["entry", note, entry["position"], entry["entry"]]))
    for claim in bundle.get("streams", []):
        found.add(json.dumps(["stream", claim["stream"], claim["versions"]]))
    if "older" in bundle:
        found.add(json.dumps(["older", bundle["older"]["checkpoint"].rpartition("\n\n")[0]]))
    if "erasure" in bundle:
        found.add(json.dumps(["erased", bundle["erasure"]["subject"]]))
        found |= facts(bundle["erasure"].get("evidence", bundle))
    return found


def check(name: str, text: str | bytes, *, anchored: bool = True) -> int:
    """Verify a changed bundle: valid only when it says nothing that the original does not say."""
    status, output = verify(text, CASES[name]["arguments"] if anchored else [])
    assert status in (0, 1, 2, 3)
    if status in (0, 3):
        assert status == (0 if anchored else 3)
        assert facts(json.loads(text)) <= facts(json.loads(BUNDLES[name]))
        assert "BAD" not in output
    return status


def places(value: Any, at: Where = ()) -> Iterator[Where]:
    """Every place of a JSON value."""
    yield at
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*at, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from places(each, (*at, number))


def at_place(bundle: Any, where: Where) -> Any:
    for step in where:
        bundle = bundle[step]
    return bundle


def replaced(bundle: Any, where: Where, value: Any) -> Any:
    """A copy with another value at a place."""
    if not where:
        return value
    found = copy.deepcopy(bundle)
    at_place(found, where[:-1])[where[-1]] = value
    return found


STRANGE: list[Any] = [
    None,
    True,
    0,
    1,
    -1,
    2**53,
    2**63,
    10**400,
    1.5,
    1e308,
    "",
    "x",
    "\ud800",
    "\x00",
    "\n\n— x AAAAAAAA\n",
    "9" * 5000,
    "(" * 3000,
    [],
    {},
    [[]],
    [{}],
    {"": 0},
    [None],
]


def variants(value: Any, rng: random.Random) -> list[Any]:
    """Other values for a place: strange ones, and close ones."""
    found = list(STRANGE)
    if isinstance(value, int):
        found += [value - 1, value + 1, value ^ 1, str(value), float(value)]
    if isinstance(value, str):
        at = rng.randrange(len(value) + 1)
        found += [value + " ", " " + value, value[:-1], value[1:], value * 2, value.upper()]
        found += [value[:at] + chr(rng.randrange(32, 127)) + value[at + 1 :], value.encode().hex()]
        found += [value[:at] + value[at + 1 :], value[::-1], [value], {"x": value}]
    if isinstance(value, list):
        found += [value[:-1], value[1:], value[::-1], value * 2, [*value, 0], [*value, "0" * 64]]
    if isinstance(value, dict):
        found += [{**value, "extra": 1}, list(value), list(value.values())]
        found += [{key: value[key] for key in value if key != gone} for gone in value]
    return [each for each in found if each != value or type(each) is not type(value)]


@pytest.mark.parametrize("name", BUNDLES)
@pytest.mark.parametrize("anchored", [True, False])
def test_another_value_at_every_place(name: str, *, anchored: bool) -> None:
    bundle, rng = json.loads(BUNDLES[name]), random.Random(7)
    counts = {0: 0, 1: 0, 2: 0, 3: 0}
    for where in places(bundle):
        for value in variants(at_place(bundle, where), rng):
            text = json.dumps(replaced(bundle, where, value))
            counts[check(name, text, anchored=anchored)] += 1
    assert counts[1] > 100
    assert counts[2] > 1000
    assert counts[0] + counts[3] < 60


@pytest.mark.parametrize("name", BUNDLES)
def test_two_places_swapped(name: str) -> None:
    bundle, rng = json.loads(BUNDLES[name]), random.Random(11)
    everywhere = [where for where in places(bundle) if where]
    for _ in range(600):
        one, other = rng.sample(everywhere, 2)
        if one[: len(other)] == other or other[: len(one)] == one:
            continue
        first, second = at_place(bundle, one), at_place(bundle, other)
        check(name, json.dumps(replaced(replaced(bundle, one, second), other, first)))


def test_every_sign_of_the_checkpoint_and_of_an_entry() -> None:
    bundle = json.loads(VALID)
    arguments = CASES["valid"]["arguments"]
    neutral = 0
    for where in (("checkpoint",), ("entries", 1, "entry"), ("older", "checkpoint")):
        text = at_place(bundle, where)
        for at, sign in enumerate(text):
            for other in (chr(ord(sign) ^ 1), "", "\u3000"):
                changed = replaced(bundle, where, text[:at] + other + text[at + 1 :])
                status = verify(json.dumps(changed), arguments)[0]
                if status == 0:  # a signature of a witness that was not asked for
                    assert facts(changed) == facts(bundle)
                    neutral += 1
    assert neutral > 0


@pytest.mark.parametrize("name", BUNDLES)
def test_every_beginning_of_the_file(name: str) -> None:
    data = BUNDLES[name].encode().rstrip(b"\n")
    for cut in range(0, len(data), 7):
        assert verify(data[:cut], CASES[name]["arguments"])[0] == 2
    assert verify(data, CASES[name]["arguments"])[0] == 0


@settings(max_examples=400)
@given(st.sampled_from(sorted(BUNDLES)), st.data())
def test_any_bytes_of_the_file_changed(name: str, data: st.DataObject) -> None:
    text = bytearray(BUNDLES[name].encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    status, _ = verify(bytes(text), CASES[name]["arguments"])
    if status == 0:
        assert facts(json.loads(text)) <= facts(json.loads(BUNDLES[name]))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=20,
)


@settings(max_examples=300)
@given(JSON)
def test_anything_else_is_unusable(value: Any) -> None:
    assert verify(json.dumps(value), [])[0] == 2


@given(st.binary(max_size=200))
def test_any_file_is_unusable(data: bytes) -> None:
    assert verify(data, [])[0] == 2
