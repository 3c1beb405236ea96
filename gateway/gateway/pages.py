"""The page that explains the API, rendered from the OpenAPI document, without any script."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import render_template, request

from gateway.names import PLATFORM, role_name, service_name

ASSETS_SECONDS = 3600
LANGUAGES = {"zh": "zh-CN", "en": "en"}

Spec = Mapping[str, Any]


def language() -> str:
    """The language of the running request: `?lang=en`, else Chinese."""
    return "en" if request.args.get("lang") == "en" else "zh"


def render(template: str, lang: str, **values: Any) -> str:
    """A page in one language; its `t` picks of two texts or of a pair."""

    def pick(zh: str | tuple[str, str], en: str = "") -> str:
        first, second = (zh, en) if isinstance(zh, str) else zh
        return first if lang == "zh" else second

    return render_template(
        template,
        lang=lang,
        html_lang=LANGUAGES[lang],
        t=pick,
        role=role_name,
        platform=PLATFORM,
        **values,
    )


_rendered: dict[tuple[int, str], str] = {}


def operations_page(spec: Spec, lang: str) -> str:
    """The list of operations: what each takes, who may ask, an example."""
    key = (id(spec), lang)
    if key not in _rendered:
        groups: dict[str, list[dict[str, Any]]] = {}
        for item in _operations(spec, lang):
            groups.setdefault(item["tag"], []).append(item)
        named = [(tag, service_name(tag), items) for tag, items in groups.items()]
        _rendered[key] = render("docs.html", lang, groups=named)
    return _rendered[key]


def _operations(spec: Spec, lang: str) -> Iterator[dict[str, Any]]:
    index = 0 if lang == "zh" else -1
    for path, item in spec["paths"].items():
        shared = item.get("parameters", [])
        for verb, known in item.items():
            if verb == "parameters":
                continue
            given = {one["name"]: one for one in (*shared, *known.get("parameters", ()))}
            body = known.get("requestBody", {}).get("content", {}).get("application/json", {})
            yield {
                "id": known["operationId"],
                "tag": known["tags"][0],
                "verb": verb.upper(),
                "path": path,
                "summary": known["summary"].split(" / ")[index],
                "public": {} in known["security"],
                "roles": [role_name(role)[index] for role in known.get("x-roles", ())],
                "articles": known["x-articles"],
                "parameters": [
                    _row(spec, name, one["schema"], one.get("required", False), index)
                    for name, one in given.items()
                ],
                "body": _rows(spec, body.get("schema", {}), index),
                "answer": _answer(spec, known["responses"]["200"], index),
                "example": _curl(verb.upper(), path, body.get("example")),
            }


def _resolved(spec: Spec, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref", "")
    if not reference:
        return schema
    found: Mapping[str, Any] = spec["components"]["schemas"][reference.rsplit("/", 1)[-1]]
    return found


def _rows(spec: Spec, schema: Mapping[str, Any], index: int) -> list[dict[str, Any]]:
    found = _resolved(spec, schema)
    required = set(found.get("required", ()))
    return [
        _row(spec, name, given, name in required, index)
        for name, given in found.get("properties", {}).items()
    ]


def _row(
    spec: Spec, name: str, schema: Mapping[str, Any], required: bool, index: int
) -> dict[str, Any]:
    return {
        "name": name,
        "required": required,
        "kind": _kind(spec, schema),
        "limits": _limits(schema, index),
    }


def _kind(spec: Spec, schema: Mapping[str, Any]) -> str:
    found = _resolved(spec, schema)
    kinds = found.get("type", "")
    kind = "|".join(kinds) if isinstance(kinds, list) else str(kinds)
    if kind.startswith("array"):
        return f"array of {_kind(spec, found.get('items', {})) or 'any'}"
    return f"{kind} ({found['format']})" if "format" in found else kind


_LIMITS = (
    ("minimum", ("最小 {}", "at least {}")),
    ("maximum", ("最大 {}", "at most {}")),
    ("minLength", ("最短 {}", "length at least {}")),
    ("maxLength", ("最长 {}", "length at most {}")),
    ("maxItems", ("至多 {} 项", "at most {} items")),
    ("pattern", ("格式 {}", "pattern {}")),
    ("default", ("默认 {}", "by default {}")),
)


def _limits(schema: Mapping[str, Any], index: int) -> str:
    parts = [
        texts[index].format(schema[name]) for name, texts in _LIMITS if schema.get(name) is not None
    ]
    choices = schema.get("enum") or schema.get("items", {}).get("enum")
    if choices:
        parts.append(" · ".join(str(choice) for choice in choices if choice is not None))
    separator = (";", "; ")[index]
    return separator.join(parts)


def _answer(spec: Spec, response: Mapping[str, Any], index: int) -> dict[str, Any]:
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    many = schema.get("type") == "array"
    return {"many": many, "rows": _rows(spec, schema["items"] if many else schema, index)}


def _curl(verb: str, path: str, example: Any) -> str:
    parts = ["curl"] if verb == "GET" else ["curl", "-X", verb]
    parts += ['-H "Authorization: Bearer $TOKEN"']
    if example is not None:
        parts += ["-H 'Content-Type: application/json'"]
        parts += ["-d '" + json.dumps(example, ensure_ascii=False).replace("'", "'\\''") + "'"]
    return " ".join([*parts, f'"$BASE{path}"'])
