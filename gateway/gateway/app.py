"""Composes the site: API, document, pages, health; everything but the bus and the settings."""

import json
from collections.abc import Iterable

import structlog
from flask import Flask, Response, request

from chassis import health
from chassis.bus.http import Call
from chassis.contract import Contract
from chassis.health import Checks, Wsgi
from chassis.privacy import available
from chassis.settings import Settings
from gateway.devices import Marks
from gateway.edge import ASSETS, CORRELATION, HTML, ROUTE, Edge, refused
from gateway.endpoint import PREFIX, Bus, Endpoint
from gateway.home import Home
from gateway.openapi import document, make_api, register
from gateway.pages import ASSETS_SECONDS, language, operations_page
from gateway.refusals import GatewayFault
from gateway.request import Proxies
from gateway.sessions import Sessions
from schemas.registry import CONTRACTS

log = structlog.get_logger()


def create_app(
    call: Call,
    settings: Settings,
    ready: Checks = dict,
    contracts: Iterable[type[Contract]] = CONTRACTS,
) -> Wsgi:
    """The whole site as one WSGI application.

    `call` asks a service: (service, method, payload, timeout in seconds) → outcome. Personal fields
    are sealed before it is called, unless the settings hold no key.
    """
    known = available(settings)
    key = known.sealing if known else None
    sessions = Sessions(call, key, settings.rpc_timeout)
    marks = Marks(known.marks if known else None)
    bus = Bus(call, sessions, key, settings.rpc_timeout, marks)
    app = _flask()
    api = make_api(app)
    endpoints = [Endpoint(contract, bus) for contract in contracts if contract.http]
    register(api, endpoints)
    _add_pages(app, document(api), Home(call, settings.rpc_timeout))
    return Edge(Proxies(health.middleware(app, ready), settings.trusted_proxies))


def _flask() -> Flask:
    app = Flask("gateway", static_folder="assets", static_url_path=ASSETS)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = ASSETS_SECONDS
    app.url_map.merge_slashes = False
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        log.error("fault", exc_info=error)
        return refused(GatewayFault(), request.environ[CORRELATION])

    return app


def _add_pages(app: Flask, spec: dict[str, object], home: Home) -> None:
    encoded = json.dumps(spec, ensure_ascii=False, separators=(",", ":"))

    @app.get(f"{PREFIX}/openapi.json")
    def openapi_json() -> Response:
        return _page(Response(encoded, content_type="application/json"))

    @app.get(f"{PREFIX}/docs")
    def docs() -> Response:
        return _page(Response(operations_page(spec, language()), content_type=HTML))

    @app.get("/")
    def index() -> Response:
        page = home.page(language(), request.environ[CORRELATION])
        return _page(Response(page, content_type=HTML))


def _page(response: Response) -> Response:
    request.environ[ROUTE] = request.url_rule.rule if request.url_rule else request.path
    response.headers["Cache-Control"] = "no-cache"
    return response
