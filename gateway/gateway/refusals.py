"""What the gateway itself refuses, and the status of every refusal."""

from http import HTTPStatus
from typing import Any, ClassVar

from chassis.bus.wire import HttpRefusal
from chassis.refusal import Kind, Refusal

STATUS: dict[str, int] = {
    Kind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.MALFORMED: HTTPStatus.BAD_REQUEST,
    Kind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Kind.THROTTLED: HTTPStatus.TOO_MANY_REQUESTS,
}
"""The status that a kind of refusal is answered with."""

RETRY_SECONDS = 2
"""`Retry-After` of what was unavailable."""


class NotSignedIn(Refusal):
    """No session, or one that has ended (art. 27)."""

    code = "identity.not-signed-in"
    kind = Kind.UNAUTHENTICATED
    zh = "请先登录"
    en = "Please sign in"


class RoleNotHeld(Refusal):
    """The header `Acting-Role` names a role that the account does not hold."""

    code = "role.not-held"
    kind = Kind.FORBIDDEN
    zh = "您不具有身份 {role};您的身份:{roles}"
    en = "You do not hold the role {role}; you hold: {roles}"


class AuthorityInvalid(Refusal):
    """The header `Acting-Authority` is not the id of an authorisation."""

    code = "authority.invalid"
    kind = Kind.INVALID
    zh = "请求头 Acting-Authority 不是授权编号"
    en = "The header Acting-Authority is not the id of an authorisation"


class ScopeRequired(Refusal):
    """The API key is not for this (接口密钥的权限范围)."""

    code = "scope.required"
    kind = Kind.FORBIDDEN
    zh = "接口密钥缺少权限 {scope}"
    en = "The API key lacks the scope {scope}"


class SecondFactorNeeded(Refusal):
    """Staff who have no second factor yet may do nothing but set one up."""

    code = "identity.second-factor-needed"
    kind = Kind.FORBIDDEN
    zh = "请先设置动态口令(POST /api/v1/accounts/me/second-factor)"
    en = "Set up your second factor first (POST /api/v1/accounts/me/second-factor)"


class CommandIdInvalid(HttpRefusal):
    """The header `Idempotency-Key` is not a UUID."""

    code = "command.id-invalid"
    zh = "请求头 Idempotency-Key 应为 UUID"
    en = "The header Idempotency-Key must be a UUID"


class DryRunInvalid(HttpRefusal):
    """The header `Dry-Run` is neither `true` nor `false`."""

    code = "command.dry-run-invalid"
    zh = "请求头 Dry-Run 应为 true 或 false"
    en = "The header Dry-Run must be true or false"


class NoSuchRoute(HttpRefusal):
    """Nothing is at this address."""

    code = "http.not-found"
    kind = Kind.NOT_FOUND
    status = HTTPStatus.NOT_FOUND
    zh = "没有这个地址;接口清单见 /api/v1/docs"
    en = "Nothing is at this address; the operations are listed at /api/v1/docs"


class MethodNotAllowed(HttpRefusal):
    """The address exists, but not for this method."""

    code = "http.method-not-allowed"
    status = HTTPStatus.METHOD_NOT_ALLOWED
    zh = "此地址不支持该方法;可用:{allowed}"
    en = "This address does not take that method; it takes {allowed}"


class JsonBroken(HttpRefusal):
    """The body is not one JSON object in UTF-8."""

    code = "http.json-broken"
    zh = "请求体不是有效的 JSON 对象:{reason_zh}"
    en = "The body is not a valid JSON object: {reason}"

    def __init__(self, reason_zh: str, reason: str) -> None:
        super().__init__(reason_zh=reason_zh, reason=reason)


class ContentTypeWrong(HttpRefusal):
    """The body is not declared as plain `application/json` in UTF-8."""

    code = "http.content-type"
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    zh = "请求体应为 application/json(UTF-8,不压缩)"
    en = "The body must be application/json (UTF-8, not compressed)"


class BodyTooLarge(HttpRefusal):
    """The body is larger than 1 MB."""

    code = "http.body-too-large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    zh = "请求体超过 {most} 字节"
    en = "The body is larger than {most} bytes"


class BodyIncomplete(HttpRefusal):
    """The body ended early, or its chunks are broken."""

    code = "http.body-incomplete"
    zh = "请求体不完整"
    en = "The body is incomplete"


class BodyUnexpected(HttpRefusal):
    """A query has no body."""

    code = "http.body-unexpected"
    zh = "此请求不应带请求体"
    en = "This request takes no body"


class QueryBroken(HttpRefusal):
    """The query string is not UTF-8, or has too many parameters."""

    code = "http.query-broken"
    zh = "查询参数无法解析"
    en = "The query string cannot be read"


class GatewayFault(HttpRefusal):
    """A fault of the gateway: the caller learns a code and the correlation id, nothing else."""

    code = "gateway.fault"
    kind = Kind.UNAVAILABLE
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    zh = "系统内部错误"
    en = "Internal error"


class OtherHttpError(HttpRefusal):
    """Another status of HTTP, named by its phrase."""

    code = "http.error"
    zh = "请求被拒绝:{phrase}"
    en = "The request was refused: {phrase}"


class Answer:
    """A refusal as it is answered: status, error and headers."""

    __slots__ = ("error", "headers", "status")

    BEARER: ClassVar[tuple[str, str]] = ("WWW-Authenticate", 'Bearer realm="wanchuang"')

    def __init__(self, refusal: Refusal) -> None:
        self.error: dict[str, Any] = refusal.as_dict()
        self.headers: list[tuple[str, str]] = []
        if isinstance(refusal, HttpRefusal):
            self.status = int(refusal.status)
            return
        kind = self.error.get("kind", "")
        self.status = int(STATUS.get(kind, HTTPStatus.INTERNAL_SERVER_ERROR))
        if kind == Kind.UNAUTHENTICATED:
            self.headers.append(self.BEARER)
        elif kind == Kind.UNAVAILABLE:
            self.headers.append(("Retry-After", str(RETRY_SECONDS)))
        elif kind == Kind.THROTTLED:
            seconds = self.error.get("data", {}).get("seconds", RETRY_SECONDS)
            self.headers.append(("Retry-After", str(seconds)))
