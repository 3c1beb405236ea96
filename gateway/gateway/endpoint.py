"""One generic view for every contract; all that can be known beforehand is worked out once."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import structlog
from flask import Response, request
from marshmallow import Schema, ValidationError, fields, validate

from chassis.bus.http import Call
from chassis.context import Context, bound
from chassis.contract import DRY_RUN, Command, Contract
from chassis.privacy import seal_personal, unseal_view
from chassis.refusal import InvalidInput, NotFound, Refusal, RoleRequired, StoredRefusal
from gateway import rehearsal
from gateway.body import no_body, read_object
from gateway.bytes import raw_response
from gateway.devices import Marks
from gateway.edge import CONTEXT, CORRELATION, ROUTE, json_response, page_response, refused
from gateway.pages import language, render
from gateway.query import Converter, converter_of, parse_query
from gateway.refusals import CommandIdInvalid, RoleNotHeld, SecondFactorNeeded
from gateway.request import address, agent, bearer
from gateway.sessions import Account, Sessions, context_of
from schemas.identity.sessions import SignIn, WhoIs

PREFIX = "/api/v1"
MAX_ITEMS = 1000
"""Items of a list whose contract sets no limit of its own."""

MAX_FAULTS = 20
"""Unknown fields that are named at the most."""

log = structlog.get_logger()

_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z")

Faults = dict[str, Any]

STALE = (RoleRequired, RoleNotHeld, SecondFactorNeeded)
"""Refusals that what identity says a moment later may take back."""

GIVEN: dict[str, Callable[[Mapping[str, Any]], str | None]] = {
    "bearer": bearer,
    "address": address,
    "agent": agent,
}
"""What the gateway knows of a request, by the name that a field asks for it (`given`)."""


@dataclass(frozen=True)
class Bus:
    """What a view stands on."""

    call: Call
    sessions: Sessions
    key: bytes | None
    """The key that personal fields are sealed with on their way; None where nothing is sealed."""

    timeout: float
    marks: Marks = field(default_factory=Marks)


class Endpoint:
    """The view of one contract."""

    def __init__(self, contract: type[Contract], bus: Bus) -> None:
        self.contract = contract
        self._bus = bus
        self.verb, path = contract.http.split(" ", 1)
        self.rule = PREFIX + path
        self.name = contract.method()
        self.command = issubclass(contract, Command)
        self._changes_accounts = self.command and contract.service == WhoIs.service
        self.deadline = contract.deadline if contract.deadline > 0 else bus.timeout
        declared: dict[str, fields.Field[Any]] = contract().fields
        self.path_fields = tuple(_ARGUMENT.findall(path))
        if missing := set(self.path_fields) - declared.keys():
            raise TypeError(f"{contract.__name__} has no field for {sorted(missing)}")
        self.given = {
            name: GIVEN[field.metadata["given"]]
            for name, field in declared.items()
            if "given" in field.metadata
        }
        """The fields that the gateway fills from the request, see `schemas.identity.SignIn`."""

        given = {*self.path_fields, *self.given}
        self.fields = {name: field for name, field in declared.items() if name not in given}
        """What the caller gives in the body or the query string."""

        self._converters: dict[str, Converter] = (
            {name: converter_of(field) for name, field in self.fields.items()}
            if self.verb == "GET"
            else {}
        )
        if contract.page:
            self._converters["lang"] = str  # as for every page, see `gateway.pages.language`
        self._most = {
            name: _most_items(field)
            for name, field in self.fields.items()
            if isinstance(field, fields.List)
        }
        self._view: Schema | None = contract.view() if contract.view is not None else None
        self._addressees = _choices(declared[contract.addressee]) if contract.addressee else ()

    def __call__(self, **arguments: Any) -> Response:
        """Answer a request. `arguments` are the path's."""
        environ = request.environ
        environ[ROUTE] = self.rule
        correlation: str = environ[CORRELATION]
        command_id: str | None = None
        try:
            command_id = self._command_id(environ)
            dry_run = self.command and rehearsal.asked(environ)
            payload, faults = self._given(environ, arguments)
            token = bearer(environ)
            chosen = environ.get("HTTP_ACTING_ROLE"), environ.get("HTTP_ACTING_AUTHORITY")
            context = environ[CONTEXT] = self._context(token, environ, *chosen)
            payload.update((name, read(environ)) for name, read in self.given.items())
            values = self._parse(payload, faults)
            result = self._ask(context, values, command_id, dry_run)
            if self.contract.raw is not None and result.get(self.contract.raw.field) is None:
                raise NotFound(
                    what=self.contract.raw.field, id=values.get(self.contract.addressee, "")
                )
        except Refusal as refusal:
            return refused(refusal, correlation, command_id)
        if dry_run:
            return self._rehearsed(result)
        if self._changes_accounts and token is not None:
            self._bus.sessions.forget(token)
        raw = self.contract.raw
        if raw is not None:
            return raw_response(raw, result[raw.field], request)
        response = self._response(result)
        if self.contract is SignIn and (given := self._bus.marks.header(environ)) is not None:
            response.headers["Set-Cookie"] = given
        if command_id is not None:
            response.headers["Idempotency-Key"] = command_id
        return response

    def _command_id(self, environ: Mapping[str, Any]) -> str | None:
        if not self.command:
            return None
        given = environ.get("HTTP_IDEMPOTENCY_KEY")
        if given is None:
            return str(uuid4())
        if not _UUID.match(given):
            raise CommandIdInvalid
        return str(UUID(given))

    def _given(
        self, environ: Mapping[str, Any], arguments: Mapping[str, Any]
    ) -> tuple[dict[str, Any], Faults]:
        payload, faults = parse_query(environ.get("QUERY_STRING", ""), self._converters)
        if self.contract.page:
            payload.pop("lang", None)
        if self.verb == "GET":
            no_body(environ)
        else:
            payload = read_object(environ)
            faults |= self._unknown(payload)
        for name, value in arguments.items():
            payload[name] = str(value)
        addressee = self.contract.addressee
        if addressee and payload[addressee] not in self._addressees:
            raise NotFound(what=addressee, id=payload[addressee][:64])
        return payload, dict(faults)

    def _unknown(self, payload: dict[str, Any]) -> dict[str, list[str]]:
        """Take out what the contract does not name; name some of it."""
        unknown = [name for name in payload if name not in self.fields]
        for name in unknown:
            del payload[name]
        return {name[:64]: ["未知字段 / Unknown field."] for name in unknown[:MAX_FAULTS]}

    def _context(
        self, token: str | None, environ: Mapping[str, Any], *chosen: str | None
    ) -> Context:
        correlation = environ[CORRELATION]
        account = self._account(token, environ)
        try:
            return context_of(self.contract, account, correlation, *chosen)
        except STALE:  # perhaps what is remembered is older than the caller's admission
            account = self._account(token, environ, anew=True)
            return context_of(self.contract, account, correlation, *chosen)

    def _account(
        self, token: str | None, environ: Mapping[str, Any], anew: bool = False
    ) -> Account | None:
        if token is None:
            return None
        mark = self._bus.marks.read(environ)
        try:
            return self._bus.sessions.account(token, environ[CORRELATION], anew, mark)
        except Refusal:
            if self.contract.public:  # also when identity is away
                return None
            raise

    def _parse(self, payload: dict[str, Any], faults: Faults) -> dict[str, Any]:
        for name, most in self._most.items():
            value = payload.get(name)
            if isinstance(value, list) and len(value) > most:
                raise InvalidInput({**faults, name: [f"至多 {most} 项 / At most {most} items."]})
        try:
            values = self.contract.parse(payload)
        except ValidationError as error:
            found = error.normalized_messages()  # type: ignore[no-untyped-call]
            raise InvalidInput({**found, **faults}) from error
        if faults:
            raise InvalidInput(faults)
        return values

    def _ask(
        self, context: Context, values: dict[str, Any], command_id: str | None, dry_run: bool
    ) -> Any:
        bus, contract = self._bus, self.contract
        service = contract.service
        if contract.addressee:
            service = values[contract.addressee]
            values = {name: value for name, value in values.items() if name != contract.addressee}
        if bus.key is not None:
            values = seal_personal(contract, values, bus.key)
        payload: dict[str, Any] = {"input": values}
        if command_id is not None:
            payload["command_id"] = command_id
        if dry_run:
            payload[DRY_RUN] = True
        with bound(context):
            outcome = bus.call(service, self.name, payload, self.deadline)
        if "error" in outcome:
            raise StoredRefusal(outcome["error"])
        result = outcome["result"]
        if bus.key is None:
            return result
        if dry_run:
            return {**result, "result": unseal_view(contract, result["result"], bus.key)}
        return unseal_view(contract, result, bus.key)

    def _rehearsed(self, tried: dict[str, Any]) -> Response:
        shown = rehearsal.shown(tried, self._view)
        body = json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
        response = json_response(HTTPStatus.OK, body)
        response.headers[rehearsal.HEADER] = "true"
        return response

    def _response(self, result: Any) -> Response:
        if self._view is not None:
            result = self._view.dump(result, many=self.contract.is_list)
        kinds = ("application/json", "text/html")
        if self.contract.page and request.accept_mimetypes.best_match(kinds) == kinds[1]:
            return page_response(render(self.contract.page, language(), shown=result))
        body = json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode()
        return json_response(HTTPStatus.OK, body)


def _choices(field: fields.Field[Any]) -> tuple[str, ...]:
    """The values of a closed list."""
    return tuple(
        choice
        for validator in field.validators
        if isinstance(validator, validate.OneOf)
        for choice in validator.choices
    )


def _most_items(field: fields.Field[Any]) -> int:
    found = [
        validator.max
        for validator in field.validators
        if isinstance(validator, validate.Length) and validator.max is not None
    ]
    return min([*found, MAX_ITEMS])
