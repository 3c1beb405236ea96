"""The two registries over HTTP and JSON.

- `POST /public-security/identity-match` `{name, id_number}` → `{outcome}`
- `POST /market-regulation/enterprise` `{name, uscc, legal_representative}` →
  `{outcome, ownership, status, region}`, the last three null unless the outcome is `match`
- `POST /control` `{"public-security": "up|down|slow|garbled", "market-regulation": …}` → the modes
- `GET /` says what this is, `GET /control` in which modes the registries are

`outcome` is `match`, `mismatch` or `not-found`. A registry that is down answers 503, a slow one
after `slow_seconds`, a garbled one 200 with a web page. What does not fit the form above is
answered 400. ID numbers travel in bodies only, and bodies are never logged.
"""

import logging
import time
from enum import StrEnum
from typing import Final

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from authorities.synthetic import Firm, Population

logger = logging.getLogger("authorities")

PUBLIC_SECURITY: Final = "public-security"
MARKET_REGULATION: Final = "market-regulation"
MAX_BODY: Final = 64 * 1024

_PAGE: Final = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>登记机关模拟器 · Registries simulator</title>
<h1>登记机关模拟器</h1>
<p>这是<strong>模拟器</strong>,不是公安机关或市场监管部门的系统;其中的人员和企业均为虚构数据,
仅用于测试和演示。</p>
<h1>Registries simulator</h1>
<p>This is a <strong>simulator</strong>, not a system of the public-security or market-regulation
authorities. All persons and firms in it are made up, for tests and demonstrations only.</p>
<ul>
<li><code>POST /public-security/identity-match</code> {name, id_number}</li>
<li><code>POST /market-regulation/enterprise</code> {name, uscc, legal_representative}</li>
<li><code>POST /control</code> {"public-security": "up|down|slow|garbled", …}</li>
</ul></html>
"""
_GARBLED: Final = "<html><body>系统维护中 Under maintenance</body></html>"


class Mode(StrEnum):
    """How a registry behaves."""

    UP = "up"
    DOWN = "down"
    SLOW = "slow"
    GARBLED = "garbled"


class BadForm(ValueError):
    """The body is not the JSON object that the path asks for."""


class Registries:
    """Both registries: what they know, how they behave, and their answers."""

    def __init__(self, population: Population, slow_seconds: float) -> None:
        """Index the population; both registries are up."""
        people, self._firms = population.persons, {each.uscc: each for each in population.firms}
        self._names = {each.id_number: each.name for each in people}
        for firm in population.firms:
            self._names[firm.legal_representative_id] = firm.legal_representative
        self._slow_seconds = slow_seconds
        self._modes = dict.fromkeys((PUBLIC_SECURITY, MARKET_REGULATION), Mode.UP)

    def misbehave(self) -> ResponseReturnValue | None:
        """Answer instead of the asked registry where its mode says so."""
        mode = self._modes.get(request.path.split("/")[1], Mode.UP)
        if mode is Mode.DOWN:
            return _error(503, "unavailable", "登记机关系统暂不可用", "the registry is down")
        if mode is Mode.GARBLED:
            return Response(_GARBLED, 200, mimetype="text/html")
        if mode is Mode.SLOW:
            time.sleep(self._slow_seconds)
        return None

    def identity_match(self) -> ResponseReturnValue:
        """Whether a person of this name has this ID number."""
        asked = _body("name", "id_number")
        known = self._names.get(asked["id_number"])
        if known is None:
            return {"outcome": "not-found"}
        return {"outcome": "match" if known == asked["name"] else "mismatch"}

    def enterprise(self) -> ResponseReturnValue:
        """Whether a firm of this name and representative has this code, and how it stands."""
        asked = _body("name", "uscc", "legal_representative")
        firm = self._firms.get(asked["uscc"])
        if firm is None:
            return _enterprise("not-found")
        if (firm.name, firm.legal_representative) != (asked["name"], asked["legal_representative"]):
            return _enterprise("mismatch")
        return _enterprise("match", firm)

    def modes(self) -> ResponseReturnValue:
        """The mode of each registry; a POST sets those it names, all or none."""
        if request.method == "POST":
            asked = request.get_json(silent=True)
            if not isinstance(asked, dict) or not asked.keys() <= self._modes.keys():
                raise BadForm
            if not all(mode in list(Mode) for mode in asked.values()):
                raise BadForm
            self._modes.update({registry: Mode(mode) for registry, mode in asked.items()})
        return self._modes


def create_app(population: Population, *, slow_seconds: float = 30.0) -> Flask:
    """The WSGI application over a population; each has modes of its own, all `up` at first."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    registries = Registries(population, slow_seconds)
    app.before_request(registries.misbehave)
    app.after_request(_log)
    app.register_error_handler(BadForm, _bad_form)
    app.register_error_handler(HTTPException, _http_error)
    app.add_url_rule("/", view_func=_explain)
    app.add_url_rule(
        f"/{PUBLIC_SECURITY}/identity-match", view_func=registries.identity_match, methods=["POST"]
    )
    app.add_url_rule(
        f"/{MARKET_REGULATION}/enterprise", view_func=registries.enterprise, methods=["POST"]
    )
    app.add_url_rule("/control", view_func=registries.modes, methods=["GET", "POST"])
    return app


def _explain() -> str:
    return _PAGE


def _log(response: Response) -> Response:
    # The rule, not the path: a caller's mistake must not put an ID number into the log.
    logger.info("%s %s %s", request.method, request.url_rule or "-", response.status_code)
    return response


def _body(*fields: str) -> dict[str, str]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or body.keys() != set(fields):
        raise BadForm
    if not all(isinstance(value, str) and value for value in body.values()):
        raise BadForm
    return body


def _enterprise(outcome: str, firm: Firm | None = None) -> dict[str, str | None]:
    if firm is None:
        return {"outcome": outcome, "ownership": None, "status": None, "region": None}
    status = "abnormal" if firm.abnormal else "in-operation"
    if firm.serious_violation:
        status = "serious-violation"
    return {
        "outcome": outcome,
        "ownership": firm.ownership,
        "status": status,
        "region": firm.region,
    }


def _bad_form(_: BadForm) -> ResponseReturnValue:
    return _error(400, "bad-request", "请求格式有误", "the request does not fit the form")


def _http_error(error: HTTPException) -> ResponseReturnValue:
    return _error(error.code or 500, "http", "请求无法处理", error.name)


def _error(status: int, code: str, zh: str, en: str) -> ResponseReturnValue:
    return jsonify({"error": {"code": code, "message": {"zh": zh, "en": en}}}), status
