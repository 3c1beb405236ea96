"""Answers that are bytes: checkpoints, tiles and entry bundles of the sealed logs."""

import gzip
from base64 import b64encode
from http import HTTPStatus

import pytest

from chassis.refusal import Kind
from schemas import roles

from .conftest import Site, error_of, refusal

pytestmark = pytest.mark.article(8, 32)
BUNDLE = b"\x00\x02{}" * 3


def test_the_path_names_the_service_that_is_asked(site: Site) -> None:
    site.bus.outcomes["read_tile"] = {"result": {"tile": b64encode(bytes(64)).decode()}}
    for log in ("identity", "voucher-ledger", "oversight"):
        response = site.ask("GET", f"/logs/{log}/tile/0/x001/000.p/2")
        assert response.content == bytes(64)
        asked = site.bus.asked[-1]
        assert (asked.service, asked.method) == (log, "read_tile")
        assert asked.payload == {"input": {"name": "0/x001/000.p/2"}}


def test_tiles_are_bytes_that_anyone_may_keep_for_ever(site: Site) -> None:
    site.bus.outcomes["read_tile"] = {"result": {"tile": b64encode(bytes(range(64))).decode()}}
    response = site.ask("GET", "/logs/catalog/tile/0/000")
    assert response.content == bytes(range(64))
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    head = site.ask("HEAD", "/logs/catalog/tile/0/000")
    assert (head.status_code, head.content) == (HTTPStatus.OK, b"")
    assert head.headers["Content-Length"] == "64"


def test_a_checkpoint_is_text_that_is_asked_for_anew(site: Site) -> None:
    note = "wanchuang/catalog\n3\nAAAA\n\n— wanchuang/catalog BBBB\n"
    site.bus.outcomes["checkpoint"] = {"result": {"note": note}}
    response = site.ask("GET", "/logs/catalog/checkpoint")
    assert response.content == note.encode()
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache"
    assert site.bus.asked[-1].payload == {"input": {"most": None}}


def test_an_empty_log_has_no_checkpoint(site: Site) -> None:
    site.bus.outcomes["checkpoint"] = {"result": {"note": None}}
    error = error_of(site.ask("GET", "/logs/catalog/checkpoint"), 404)
    assert error["code"] == "resource.not-found"


def test_bundles_are_the_supervisors_and_compressed_for_who_takes_that(site: Site) -> None:
    packed = b64encode(gzip.compress(BUNDLE)).decode()
    site.bus.outcomes["read_bundle"] = {"result": {"bundle": packed}}
    headers = site.bus.sign_in("t1", roles.SUPERVISOR)
    for coding, wanted in (("gzip", "gzip"), ("identity", None), ("gzip;q=0", None), ("", None)):
        response = site.ask(
            "GET",
            "/logs/catalog/tile/entries/000.p/3",
            headers={**headers, "Accept-Encoding": coding},
        )
        assert response.content == BUNDLE
        assert response.headers.get("Content-Encoding") == wanted
        assert response.headers["Vary"] == "Accept-Encoding"
        assert response.headers["Cache-Control"].startswith("private, ")
    assert site.bus.of("read_bundle")[-1].context.role == roles.SUPERVISOR


def test_bundles_are_nobody_elses(site: Site) -> None:
    error_of(site.ask("GET", "/logs/catalog/tile/entries/000"), 401)
    for role in roles.ALL - {roles.SUPERVISOR}:
        headers = site.bus.sign_in(role, role)
        error_of(site.ask("GET", "/logs/catalog/tile/entries/000", headers=headers), 403)
    assert not site.bus.of("read_bundle")


def test_the_words_of_a_span_are_from_and_to(site: Site) -> None:
    site.bus.outcomes["prove_consistency"] = {"result": {"log": "catalog", "proof": ["ab"]}}
    response = site.ask("GET", "/logs/catalog/proofs/consistency?from=3&to=5")
    assert response.json() == {"log": "catalog", "proof": ["ab"]}
    assert site.bus.asked[-1].payload == {"input": {"from": 3, "to": 5}}


def test_a_refusal_is_json_as_everywhere(site: Site) -> None:
    site.bus.outcomes["read_tile"] = refusal("log.no-such-tile", Kind.NOT_FOUND, size=3)
    error = error_of(site.ask("GET", "/logs/catalog/tile/0/009"), 404)
    assert error["code"] == "log.no-such-tile"
    assert error["data"] == {"size": 3}


def test_the_document_says_that_they_are_bytes(site: Site) -> None:
    paths = site.ask("GET", "/openapi.json").json()["paths"]
    tile = paths["/api/v1/logs/{log}/tile/{name}"]["get"]
    assert list(tile["responses"]["200"]["content"]) == ["application/octet-stream"]
    assert {one["name"]: one["required"] for one in tile["parameters"]} == {
        "log": True,
        "name": True,
    }
    note = paths["/api/v1/logs/{log}/checkpoint"]["get"]["responses"]["200"]
    assert list(note["content"]) == ["text/plain; charset=utf-8"]
