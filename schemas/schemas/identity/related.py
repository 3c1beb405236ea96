"""Who is behind an organisation (关联人, art. 17): declared, and kept as keyed digests alone."""

from marshmallow import fields

from chassis.contract import Command, Id, Text, View
from schemas.identity.fields import PERSONAL, SERVICE


class RelatedView(View):
    """How many persons behind the caller's organisation were declared, by relation."""

    subject = Id()
    representative = fields.Integer()
    shareholder = fields.Integer()


class DeclareRelated(Command):
    """Declare who is behind one's organisation: representative, shareholders (关联人, art. 17).

    By their ID numbers, or the USCC of a shareholder that is an organisation. Public security
    confirms that the representative's number is that of the name that is kept. Kept is a keyed
    digest of each number and nothing else; what is not declared is not taken back by that.
    """

    service = SERVICE
    http = "POST /me/related-persons"
    articles = (17, 36)
    refusal_is_event = True
    look_first = True
    view = RelatedView
    summary = ("申报法定代表人与股东", "Declare one's legal representative and shareholders")

    representative_number = Text(
        40,
        load_default=None,
        allow_none=True,
        metadata={**PERSONAL, "example": "11010519491231002X"},
    )
    shareholder_numbers = Text(
        4000,
        load_default=None,
        allow_none=True,
        metadata={**PERSONAL, "example": "11010519491231002X 91350100M000100Y43"},
    )


CONTRACTS = (DeclareRelated,)
