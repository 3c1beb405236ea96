"""What every contract of the ledger shares: its name, who funds, who looks on."""

from marshmallow import fields, validate

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
        super().__init__(validate=validate.Regexp(r"^[A-Z][A-Z0-9-]{1,19}\Z"), **kwargs)  # type: ignore[arg-type]
