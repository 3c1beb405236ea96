"""The registries over HTTP and JSON.

- `POST /public-security/identity-match` `{name, id_number}` → `{outcome}`
- `POST /market-regulation/enterprise` `{name, uscc, legal_representative}` → `{outcome, ownership,
  status, region, established_on, size}`, all but the first null unless the outcome is `match`
- `POST /public-security/identity-matches` and `POST /market-regulation/enterprises` take
  `{questions: […]}`, up to 200 of the above, and give `{answers: […]}` in the same order
- `POST /market-regulation/lists` `{uscc}` → `{outcome}`: `clear`, `abnormal`, `serious-violation`
  or `not-found`
- `POST /institution-registration/institution` `{name, uscc, legal_representative}` → `{outcome,
  kind, region}`, the last two null unless it is a match
- `POST /net-id/attestations` `{name, id_number, audience, nonce}` → `{attestation}`, null unless
  the name is that of the number; `GET /net-id/key` → `{key}`
- `POST /payments` `{payment_id, order_id, fen}` → `{payment_id, fen, state}`: the payment
  institution is told what is to be paid; `POST /payments/pay` `{payment_id}`: somebody pays it, and
  the platform is called back; `POST /payments/refund` `{payment_id, fen}`: some of it goes back,
  once, and the platform is told; `GET /payments/key` → `{key}`
- `POST /control/payments` `{call_back}`: the address that is called back
- `POST /control` `{"public-security": "up|down|slow|garbled", …}` → the modes; `POST
  /control/records` changes what the registries know
- `GET /` says what this is, `GET /control` in which modes the registries are

`outcome` is `match`, `mismatch` or `not-found`. A registry that is down answers 503, a slow one
after `slow_seconds`, a garbled one 200 with a web page. What does not fit the form above is
answered 400. ID numbers travel in bodies only, and bodies are never logged.
"""

import logging
from typing import Any, Final

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from authorities import payments
from authorities.net_id import NetId
from authorities.registries import (
    INSTITUTION_REGISTRATION,
    MARKET_REGULATION,
    NET_ID,
    PUBLIC_SECURITY,
    BadForm,
    Mode,
    Registries,
)
from authorities.synthetic import Population

logger = logging.getLogger("authorities")

MAX_BODY: Final = 64 * 1024

_PAGE: Final = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>登记机关模拟器 · Registries simulator</title>
<h1>登记机关模拟器</h1>
<p>这是<strong>模拟器</strong>,不是公安机关、市场监管部门、机构编制部门或国家网络身份认证公共服务的系统;
其中的人员和单位均为虚构数据,仅用于测试和演示。</p>
<h1>Registries simulator</h1>
<p>This is a <strong>simulator</strong>, not a system of the public-security, market-regulation or
institution-registration authorities or of the national network-identity service. All persons and
organisations in it are made up, for tests and demonstrations only.</p>
<ul>
<li><code>POST /public-security/identity-match</code> {name, id_number}</li>
<li><code>POST /market-regulation/enterprise</code> {name, uscc, legal_representative}</li>
<li><code>POST /public-security/identity-matches, /market-regulation/enterprises</code>
{questions: […]}</li>
<li><code>POST /market-regulation/lists</code> {uscc}</li>
<li><code>POST /institution-registration/institution</code> {name, uscc, legal_representative}</li>
<li><code>POST /net-id/attestations</code> {name, id_number, audience, nonce}</li>
<li><code>POST /payments</code> {payment_id, order_id, fen}</li>
<li><code>POST /payments/pay</code> {payment_id}</li>
<li><code>POST /payments/refund</code> {payment_id, fen}</li>
<li><code>POST /control</code> {"public-security": "up|down|slow|garbled", …}</li>
<li><code>POST /control/records</code> {uscc, status|legal_representative} or {id_number, name}</li>
</ul></html>
"""
_GARBLED: Final = "<html><body>系统维护中 Under maintenance</body></html>"

ROUTES: Final = {
    f"/{PUBLIC_SECURITY}/identity-match": ("identity_match", ("name", "id_number")),
    f"/{MARKET_REGULATION}/enterprise": (
        "enterprise",
        ("name", "uscc", "legal_representative"),
    ),
    f"/{MARKET_REGULATION}/lists": ("lists", ("uscc",)),
    f"/{INSTITUTION_REGISTRATION}/institution": (
        "institution",
        ("name", "uscc", "legal_representative"),
    ),
    f"/{NET_ID}/attestations": ("attestation", ("name", "id_number", "audience", "nonce")),
}
"""Path → the method of `Registries` that answers it, and the fields that it is asked with."""


MANY: Final = {
    f"/{PUBLIC_SECURITY}/identity-matches": f"/{PUBLIC_SECURITY}/identity-match",
    f"/{MARKET_REGULATION}/enterprises": f"/{MARKET_REGULATION}/enterprise",
}
"""Path → the path whose questions are put many at once (批量核验)."""

MOST: Final = 200
"""Questions that are put at once."""


def create_app(
    population: Population,
    *,
    slow_seconds: float = 30.0,
    net_id: NetId | None = None,
    payment_key: str = payments.DEMONSTRATION_KEY,
    call_back: str = "",
    account_key: str = "",
) -> Flask:
    """The WSGI application over a population; each has modes of its own, all `up` at first."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    registries = Registries(population, slow_seconds, net_id or NetId())
    app.before_request(lambda: _misbehave(registries))
    app.after_request(_log)
    app.register_error_handler(BadForm, _bad_form)
    app.register_error_handler(HTTPException, _http_error)
    app.add_url_rule("/", view_func=_explain)
    for path, (name, fields) in ROUTES.items():
        view = _question(getattr(registries, name), fields)
        app.add_url_rule(path, name, view_func=view, methods=["POST"])
    for path, single in MANY.items():
        name, fields = ROUTES[single]
        many = _questions(getattr(registries, name), fields)
        app.add_url_rule(path, f"many-{name}", view_func=many, methods=["POST"])
    app.add_url_rule(f"/{NET_ID}/key", "key", view_func=registries.key)
    app.add_url_rule("/control", "modes", view_func=lambda: registries.modes)
    app.add_url_rule(
        "/control", "set", view_func=lambda: registries.set_modes(_json()), methods=["POST"]
    )
    app.add_url_rule(
        "/control/records",
        "change",
        view_func=lambda: registries.change(_body()),
        methods=["POST"],
    )
    _add_payments(app, payment_key, call_back, account_key)
    return app


def _add_payments(app: Flask, key: str, call_back: str, account_key: str) -> None:
    """The payment institution, which has neither modes nor records."""
    address = payments.Address(call_back)
    institution = payments.Payments(key, payments.calling(address), account_key=account_key)

    def direct() -> ResponseReturnValue:
        address.url = _body("call_back")["call_back"]
        return {}

    app.register_error_handler(payments.BadPayment, _bad_form)
    for path, view in (
        ("/payments", lambda: institution.instruct(_object())),
        ("/payments/pay", lambda: institution.pay(_object())),
        ("/payments/refund", lambda: institution.refund(_object())),
        ("/control/payments", direct),
    ):
        app.add_url_rule(path, path, view_func=view, methods=["POST"])
    app.add_url_rule(
        "/payments/key", "payments key", view_func=lambda: {"key": institution.public_key}
    )


def _misbehave(registries: Registries) -> ResponseReturnValue | None:
    """Answer instead of the asked registry where its mode says so."""
    mode = registries.await_mode(request.path.split("/")[1])
    if mode is Mode.DOWN:
        return _error(503, "unavailable", "登记机关系统暂不可用", "the registry is down")
    if mode is Mode.GARBLED:
        return Response(_GARBLED, 200, mimetype="text/html")
    return None


def _question(answer: Any, fields: tuple[str, ...]) -> Any:
    def view() -> ResponseReturnValue:
        answered: ResponseReturnValue = answer(**_body(*fields))
        return answered

    return view


def _questions(answer: Any, fields: tuple[str, ...]) -> Any:
    def view() -> ResponseReturnValue:
        body = _json()
        questions = body.get("questions") if isinstance(body, dict) and len(body) == 1 else None
        if not isinstance(questions, list) or len(questions) > MOST:
            raise BadForm
        return {"answers": [answer(**_fitting(each, *fields)) for each in questions]}

    return view


def _explain() -> str:
    return _PAGE


def _log(response: Response) -> Response:
    # The rule, not the path: a caller's mistake must not put an ID number into the log.
    logger.info("%s %s %s", request.method, request.url_rule or "-", response.status_code)
    return response


def _json() -> Any:
    return request.get_json(silent=True)


def _object() -> dict[str, Any]:
    body = _json()
    if not isinstance(body, dict):
        raise BadForm
    return body


def _body(*fields: str) -> dict[str, str]:
    """The body: an object of texts, with exactly these fields where any are named."""
    return _fitting(_json(), *fields)


def _fitting(body: Any, *fields: str) -> dict[str, str]:
    """The same. Raises `BadForm` for anything else."""
    if not isinstance(body, dict) or (fields and body.keys() != set(fields)):
        raise BadForm
    if not all(isinstance(value, str) and value for value in body.values()):
        raise BadForm
    return body


def _bad_form(_: BadForm | payments.BadPayment) -> ResponseReturnValue:
    return _error(400, "bad-request", "请求格式有误", "the request does not fit the form")


def _http_error(error: HTTPException) -> ResponseReturnValue:
    return _error(error.code or 500, "http", "请求无法处理", error.name)


def _error(status: int, code: str, zh: str, en: str) -> ResponseReturnValue:
    return jsonify({"error": {"code": code, "message": {"zh": zh, "en": en}}}), status
