"""The OpenAPI 3.1 document, made by flask-smorest and apispec from the contracts."""

import inspect
import json
from typing import Any

from flask import Flask, Response, request
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from chassis.contract import Command, LegalDate
from gateway import rehearsal
from gateway.edge import CORRELATION, refused
from gateway.endpoint import Endpoint
from gateway.examples import example_input, example_of
from gateway.names import PLATFORM, role_name, service_name
from gateway.refusals import MethodNotAllowed as MethodRefused
from gateway.refusals import NoSuchRoute, OtherHttpError
from schemas import roles

VERSION = "1"
SECURITY = "session"
HEADERS = {
    "X-Correlation-Id": {
        "description": "本次请求的编号 / The id of everything that this request causes.",
        "schema": {"type": "string", "format": "uuid"},
    }
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": (
        "命令编号:同一编号重复提交只生效一次,返回首次结果;缺省由网关生成。/ The command's id: a "
        "repeat takes no effect and gives the first outcome; made by the gateway when absent."
    ),
    "schema": {"type": "string", "format": "uuid"},
}


_BINARY = {"contentMediaType": "application/octet-stream"}


ACTING_ROLE = {
    "in": "header",
    "name": "Acting-Role",
    "required": False,
    "description": (
        "办理身份:具有多个身份者可指明以哪一身份办理;缺省为其中允许办理的第一个(按字母顺序)。/ "
        "The role to act in, for who holds several; without it the first (in alphabetical order) "
        "that may."
    ),
    "schema": {"type": "string", "enum": sorted(roles.ALL)},
}


ACTING_AUTHORITY = {
    "in": "header",
    "name": "Acting-Authority",
    "required": False,
    "description": (
        "授权编号:政务服务管理员办理业务时指明本部门负责人的授权(第二十七条)。/ "
        "The id of the authorisation on which a government service administrator acts (art. 27)."
    ),
    "schema": {"type": "string", "format": "uuid"},
}


class MessageView(Schema):
    """A message in both languages."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class ErrorView(Schema):
    """What was refused, and why: `code` is stable."""

    code = fields.String(required=True)
    message = fields.Nested(MessageView, required=True)
    data = fields.Dict(required=True)
    correlation = fields.String(required=True, allow_none=True)


class ErrorAnswer(Schema):
    """The body of every answer that is a refusal."""

    error = fields.Nested(ErrorView, required=True)


class ContractApi(Api):  # type: ignore[misc]
    """flask-smorest's API, with errors in our form."""

    ERROR_SCHEMA = ErrorAnswer

    def handle_http_exception(self, error: HTTPException) -> Response:
        """What Flask refuses by itself: unknown routes, wrong methods."""
        correlation: str = request.environ[CORRELATION]
        if isinstance(error, NotFound):
            return refused(NoSuchRoute(), correlation)
        if isinstance(error, MethodNotAllowed):
            allowed = ", ".join(sorted(error.valid_methods or ()))
            response = refused(MethodRefused(allowed=allowed), correlation)
            response.headers["Allow"] = allowed
            return response
        refusal = OtherHttpError(phrase=error.name)
        response = refused(refusal, correlation)
        response.status_code = error.code or 400
        return response


def make_api(app: Flask) -> ContractApi:
    """The API of an application, which serves no document by itself."""
    app.config.update(API_TITLE=" / ".join(PLATFORM), API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
    api = ContractApi(
        app,
        spec_kwargs={
            "info": {
                "description": (
                    "金额以分计,日期为北京日期。/ Amounts are integer fen; dates are those of "
                    "Asia/Shanghai."
                )
            },
            "servers": [{"url": "/"}],
        },
    )
    converter = api.ma_plugin.converter
    converter.map_to_openapi_type(LegalDate, "string", "date")
    converter.add_attribute_function(_ecma_pattern)
    api.spec.components.security_scheme(
        SECURITY,
        {
            "type": "http",
            "scheme": "bearer",
            "description": (
                "登录所得的 token,或接口密钥 / the token that signing in gave, or an API key"
            ),
        },
    )
    return api


def _ecma_pattern(
    _converter: Any, _field: fields.Field[Any], ret: dict[str, Any], **_: Any
) -> dict[str, Any]:
    r"""JSON Schema's patterns are ECMAScript's, which has no `\Z`."""
    pattern = ret.get("pattern", "")
    return {"pattern": pattern[:-2] + "$"} if pattern.endswith("\\Z") else {}


def register(api: ContractApi, endpoints: list[Endpoint]) -> None:
    """Give every endpoint its route, under a tag for each service, and its part of the document."""
    for service in dict.fromkeys(endpoint.contract.service for endpoint in endpoints):
        tag = Blueprint(service, __name__, description=" / ".join(service_name(service)))
        for endpoint in endpoints:
            if endpoint.contract.service == service:
                view = Blueprint.doc(**operation(api, endpoint))(_function(endpoint))
                tag.add_url_rule(endpoint.rule, endpoint.name, view, methods=[endpoint.verb])
        api.register_blueprint(tag)


def _function(endpoint: Endpoint) -> Any:
    def view(**arguments: Any) -> Response:
        return endpoint(**arguments)

    view.__name__ = endpoint.name
    return view


def operation(api: ContractApi, endpoint: Endpoint) -> dict[str, Any]:
    """What the document says of one contract."""
    contract = endpoint.contract
    known: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": " / ".join(contract.summary),
        "description": inspect.getdoc(contract) or "",
        "x-articles": list(contract.articles),
        "security": [{}, {SECURITY: []}] if contract.public else [{SECURITY: []}],
        "responses": _responses(endpoint),
    }
    if contract.allowed:
        known["x-roles"] = sorted(contract.allowed)
        known["x-scope"] = contract.needed_scope()
        named = ", ".join(" ".join(role_name(role)) for role in sorted(contract.allowed))
        known["description"] += f"\n\n身份 / Roles: {named}"
    declared = contract().fields
    parameters = [_parameter(api, "path", name, declared[name]) for name in endpoint.path_fields]
    if not contract.public:
        parameters.append(ACTING_ROLE)
    if endpoint.command and roles.GOVERNMENT_SERVICE in contract.allowed:
        parameters.append(ACTING_AUTHORITY)
    if endpoint.command:
        parameters.append(IDEMPOTENCY_KEY)
    if issubclass(contract, Command) and contract.rehearsable():
        parameters.append(rehearsal.PARAMETER)
    if endpoint.verb == "GET":
        parameters += [_parameter(api, "query", *item) for item in endpoint.fields.items()]
    elif endpoint.fields:
        given = {*endpoint.fields}
        content: dict[str, Any] = {
            "schema": contract(only=sorted(given)),
            "example": example_input(contract, given),
        }
        known["requestBody"] = {"required": True, "content": {"application/json": content}}
    if parameters:
        known["parameters"] = parameters
    return known


def _parameter(api: ContractApi, place: str, name: str, field: fields.Field[Any]) -> dict[str, Any]:
    """A parameter of the path or the query string, where null cannot be said."""
    schema = dict(api.ma_plugin.converter.field2property(field))
    if isinstance(schema.get("type"), list):
        schema["type"] = next(kind for kind in schema["type"] if kind != "null")
    if "enum" in schema:
        schema["enum"] = [choice for choice in schema["enum"] if choice is not None]
    if schema.get("default", ...) is None:
        del schema["default"]
    return {
        "in": place,
        "name": name,
        "required": place == "path" or field.required,
        "schema": schema,
        "example": example_of(field),
    }


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    contract = endpoint.contract
    shown: dict[str, Any] = {"description": "成功 / Done", "headers": dict(HEADERS)}
    if contract.raw is not None:
        content = {"type": "string"} | ({} if contract.raw.coding == "text" else _BINARY)
        shown["content"] = {contract.raw.media: {"schema": content}}
        shown["headers"]["Cache-Control"] = {"schema": {"const": contract.raw.cache}}
    elif contract.view is not None:
        schema: Any = contract.view
        shown["content"] = {
            "application/json": {
                "schema": {"type": "array", "items": schema} if contract.is_list else schema
            }
        }
    if issubclass(contract, Command) and contract.rehearsable():
        done = shown["content"]["application/json"]
        done["schema"] = {"oneOf": [done["schema"], rehearsal.RehearsalView]}
        shown["description"] = "成功,或试算结果 / Done, or what a dry run found"
        shown["headers"][rehearsal.HEADER] = {
            "description": "`true`:未生效 / `true`: nothing was done.",
            "schema": {"type": "string"},
        }
    if contract.page:
        shown["content"]["text/html"] = {"schema": {"type": "string"}}
    found: dict[str, Any] = {
        "200": shown,
        "422": "UNPROCESSABLE_ENTITY",
        "503": "SERVICE_UNAVAILABLE",
        "default": "DEFAULT_ERROR",
    }
    if not contract.public:
        found["401"] = "UNAUTHORIZED"
    if contract.allowed:
        found["403"] = "FORBIDDEN"
    if endpoint.path_fields:
        found["404"] = "NOT_FOUND"
    if endpoint.command or contract.raw is not None:
        found["400"] = "BAD_REQUEST"
    if endpoint.command:
        found["409"] = "CONFLICT"
        shown["headers"]["Idempotency-Key"] = {
            "description": "命令编号 / The command's id.",
            "schema": {"type": "string", "format": "uuid"},
        }
    return found


def document(api: ContractApi) -> dict[str, Any]:
    """The finished document as plain JSON values."""
    found: dict[str, Any] = json.loads(json.dumps(api.spec.to_dict()))
    found["components"]["schemas"].pop("PaginationMetadata", None)  # flask-smorest's, unused here
    return found
