"""What marshmallow says of a wrong field, in Chinese and English."""

from marshmallow import Schema, fields, validate

_FIELDS: dict[type, dict[str, str]] = {
    fields.Field: {
        "required": "必填 / Missing data for required field.",
        "null": "不能为空 / Field may not be null.",
        "validator_failed": "无效的值 / Invalid value.",
    },
    fields.String: {
        "invalid": "应为文本 / Not a valid string.",
        "invalid_utf8": "不是有效的 UTF-8 文本 / Not a valid utf-8 string.",
    },
    fields.UUID: {"invalid_uuid": "不是有效的 UUID / Not a valid UUID."},
    fields.Number: {
        "invalid": "应为数字 / Not a valid number.",
        "too_large": "数字过大 / Number too large.",
    },
    fields.Integer: {"invalid": "应为整数 / Not a valid integer."},
    fields.Boolean: {"invalid": "应为 true 或 false / Not a valid boolean."},
    fields.List: {"invalid": "应为数组 / Not a valid list."},
    fields.Mapping: {"invalid": "应为对象 / Not a valid mapping type."},
    fields.Nested: {"type": "类型错误 / Invalid type."},
}
_SCHEMA = {
    "unknown": "未知字段 / Unknown field.",
    "type": "应为对象 / Invalid input type.",
}
_VALIDATORS: dict[type[validate.Validator], dict[str, str]] = {
    validate.Range: {
        "message_min": "须{min_op} {{min}} / Must be {min_op} {{min}}.",
        "message_max": "须{max_op} {{max}} / Must be {max_op} {{max}}.",
        "message_all": (
            "须{min_op} {{min}} 且{max_op} {{max}} / Must be {min_op} {{min}} and {max_op} {{max}}."
        ),
        "message_gte": "≥",
        "message_gt": ">",
        "message_lte": "≤",
        "message_lt": "<",
    },
    validate.Length: {
        "message_min": "长度至少 {min} / Shorter than minimum length {min}.",
        "message_max": "长度至多 {max} / Longer than maximum length {max}.",
        "message_all": "长度应为 {min} 至 {max} / Length must be between {min} and {max}.",
        "message_equal": "长度应为 {equal} / Length must be {equal}.",
    },
    validate.OneOf: {
        "default_message": "应为以下之一:{choices} / Must be one of: {choices}.",
    },
    validate.Regexp: {
        "default_message": "格式错误 / String does not match expected pattern.",
    },
    validate.Equal: {"default_message": "应等于 {other} / Must be equal to {other}."},
}


def both(zh: str, en: str) -> str:
    """One message in both languages."""
    return f"{zh} / {en}"


def speak_both() -> None:
    """Teach marshmallow's classes; done once, before the first schema is made."""
    for field, texts in _FIELDS.items():
        field.default_error_messages = {  # type: ignore[attr-defined]
            **field.default_error_messages,  # type: ignore[attr-defined]
            **texts,
        }
    Schema.error_messages = {**Schema.error_messages, **_SCHEMA}
    for validator, texts in _VALIDATORS.items():
        for name, text in texts.items():
            if not hasattr(validator, name):
                raise TypeError(f"{validator.__name__} has no {name}")
            setattr(validator, name, text)
