"""Bodies of every bad kind, through a real client and a real server."""

import json
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.body import MAX_BODY, MAX_DEPTH, parse_object
from gateway.refusals import JsonBroken

from .conftest import Site, error_of

JSON = {"Content-Type": "application/json"}
ROUTE = "/accounts"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b" ",
        b"null",
        b"[]",
        b'"text"',
        b"5",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": 1} {"b": 2}',
        b'{"a": 1}\x00',
        b'{"a": 1, "a": 1}',
        b'{"x": {"a": 1, "\\u0061": 2}}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 0x10}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": "\xff"}',
        b'{"a": "\xc0\xaf"}',
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": "\\ud800"}',
        b'{"\\uDC00": 1}',
        b'{"a": "line\nbreak"}',
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
        b'{"a":' * 100_000,
        b"[" * 900_000,
        b'{"a": ' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}",
        b'"' + b'\\"' * 400_000,
        b'[["' + b'\\"' * 400_000 + b"\\",
    ],
    ids=lambda body: body[:24],
)
def test_what_is_not_one_json_object_is_refused(site: Site, body: bytes) -> None:
    response = site.ask("POST", ROUTE, data=body, headers=JSON)
    if not body:
        assert error_of(response, 422)["code"] == "input.invalid"
    else:
        assert error_of(response, 400)["code"] == "http.json-broken"
    assert not site.bus.asked


def test_an_emoji_said_as_a_pair_of_surrogates_is_text() -> None:
    assert parse_object(b'{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}


def test_brackets_in_text_are_no_nesting() -> None:
    assert parse_object(b'{"a": "' + b"[{" * 500 + b'\\""}') == {"a": "[{" * 500 + '"'}


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "application/json; charset=gbk",
        "application/json, application/json",
        "",
    ],
)
def test_another_content_type_is_refused(site: Site, kind: str) -> None:
    response = site.ask("POST", ROUTE, data=b"{}", headers={"Content-Type": kind})
    assert error_of(response, 415)["code"] == "http.content-type"


@pytest.mark.parametrize(
    "kind", ["application/json", "APPLICATION/JSON", 'application/json; charset="utf-8"']
)
def test_json_is_taken(site: Site, kind: str) -> None:
    response = site.ask("POST", ROUTE, data=b"{}", headers={"Content-Type": kind})
    assert error_of(response, 422)["code"] == "input.invalid"


def test_a_compressed_body_is_refused(site: Site) -> None:
    headers = {**JSON, "Content-Encoding": "gzip"}
    assert error_of(site.ask("POST", ROUTE, data=b"{}", headers=headers), 415)


def padded(size: int) -> bytes:
    body = b'{"login": "'
    return body + b"x" * (size - len(body) - 2) + b'"}'


def test_a_body_of_one_megabyte_is_read(site: Site) -> None:
    response = site.ask("POST", ROUTE, data=padded(MAX_BODY), headers=JSON)
    assert error_of(response, 422)["code"] == "input.invalid"


@pytest.mark.parametrize("size", [MAX_BODY + 1, 30_000_000])
def test_a_larger_body_is_refused_and_its_sender_learns_of_it(site: Site, size: int) -> None:
    response = site.ask("POST", ROUTE, data=padded(size), headers=JSON)
    assert error_of(response, 413)["code"] == "http.body-too-large"
    assert response.headers["Connection"] == "close"


def test_a_larger_body_in_chunks_is_refused(site: Site) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(300):
            yield b" " * 10_000

    response = site.ask("POST", ROUTE, data=chunks(), headers=JSON)
    assert error_of(response, 413)["code"] == "http.body-too-large"


def test_a_body_in_chunks_is_read(site: Site) -> None:
    pieces = iter([b'{"log', b'in": ', b'"\xe4', b'\xb8\xad"}'])
    response = site.ask("POST", ROUTE, data=pieces, headers=JSON)
    assert set(error_of(response, 422)["data"]["fields"]) == {"login", "password"}


def test_a_query_takes_no_body(site: Site) -> None:
    response = site.ask("GET", "/listings", data=b"{}", headers=JSON)
    assert error_of(response, 400)["code"] == "http.body-unexpected"


@given(st.binary(max_size=200))
def test_no_bytes_make_the_parser_fail_otherwise(raw: bytes) -> None:
    with suppress(JsonBroken):
        assert isinstance(parse_object(raw), dict)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), VALUES, max_size=4), st.booleans())
def test_every_json_object_is_read_as_it_is(value: dict[str, object], ascii_only: bool) -> None:
    assert parse_object(json.dumps(value, ensure_ascii=ascii_only).encode()) == value
