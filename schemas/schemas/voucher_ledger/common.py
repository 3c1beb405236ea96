"""What every contract of the ledger shares: its name, who funds, who looks on."""

from typing import Any

from marshmallow import fields, validate

from chassis.messages import both
from schemas import roles

SERVICE = "voucher-ledger"
FUNDERS = frozenset({roles.HRSS_PROVINCE})
OBSERVERS = frozenset(
    {
        roles.HRSS_PROVINCE,
        roles.EMPLOYMENT_PROVINCE,
        roles.FINANCE_PROVINCE,
        roles.BUREAU,
        roles.SUPERVISOR,
    }
)


class FundCode(fields.String):
    """The code of a fund: 2 to 20 capital letters, digits and dashes."""

    def __init__(self, **kwargs: object) -> None:
        told = both(
            "应为 2 至 20 位大写字母、数字或连字符,以字母开头",
            "Not 2 to 20 capital letters, digits and dashes, a letter first.",
        )
        form = validate.Regexp(r"^[A-Z][A-Z0-9-]{1,19}\Z", error=told)
        super().__init__(validate=form, **kwargs)  # type: ignore[arg-type]


class InvoiceNumber(fields.String):
    """The number of an invoice (发票号码): 8 to 20 digits, as they are printed."""

    def __init__(self, **kwargs: object) -> None:
        told = both(
            "发票号码应为 8 至 20 位半角数字,不含空格",
            "Not an invoice number: 8 to 20 digits (0-9) without spaces.",
        )
        super().__init__(validate=validate.Regexp(r"^[0-9]{8,20}\Z", error=told), **kwargs)  # type: ignore[arg-type]


class BankReference(fields.String):
    """A bank's reference of a payment (银行流水号): 1 to 35 ASCII letters, digits and dashes.

    Small letters are read as capitals: one payment has one spelling.
    """

    def __init__(self, **kwargs: object) -> None:
        told = both(
            "银行流水号应为 1 至 35 位半角字母、数字或连字符,不含空格",
            "Not a bank's reference: 1 to 35 letters, digits and dashes (ASCII) without spaces.",
        )
        super().__init__(validate=validate.Regexp(r"^[0-9A-Za-z-]{1,35}\Z", error=told), **kwargs)  # type: ignore[arg-type]

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, *args, **kwargs))
        return text.upper() if text.isascii() else text
