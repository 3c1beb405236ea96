"""Subjects that staff import from a file (批量导入): collected offline, or taken over (art. 13)."""

from marshmallow import fields

from chassis.contract import Choice, Command, Digest, Id, Text, View, Whole
from schemas import roles
from schemas.events.identity.subjects import MOST_ROWS
from schemas.identity.fields import PERSONAL, SERVICE, UNVERIFIED

KINDS = ("person", "firm")


class ImportedView(View):
    """A subject that was imported, verified and admitted as a user; nobody acts for it yet."""

    subject_id = Id()
    kind = fields.String()
    region = fields.String()


class ImportSubject(Command):
    """Verify a subject that stands in a row of a file, and admit it as a user.

    By the same registries and rules as if it had applied itself. Its holder opens an account later
    and registers with the same name and number: the account acts for it from then on. `source` is
    the SHA-256 of the file. `wanchuang-identity import` does this for whole files.
    """

    service = SERVICE
    http = "POST /subjects/imported"
    allowed = frozenset({roles.OPERATOR, roles.HRSS_PROVINCE})
    articles = (13, 25, 26)
    refusal_is_event = True
    look_first = True
    view = ImportedView
    summary = ("导入主体(批量采集)", "Import a subject")

    kind = Choice(*KINDS, required=True)
    name = Text(120, required=True, metadata=UNVERIFIED)
    number = Text(40, required=True, metadata={**PERSONAL, "example": "11010519491231002X"})
    legal_representative = Text(60, least=0, load_default="", metadata=PERSONAL)
    source = Digest(required=True)
    row = Whole(1, MOST_ROWS, required=True)


CONTRACTS = (ImportSubject,)
