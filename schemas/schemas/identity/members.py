"""Accounts that act for one organisation (同一单位的多个帐号, art. 3, 27)."""

from marshmallow import fields

from chassis.contract import Command, Id, Query, Text, View
from schemas import roles
from schemas.identity.accounts import AccountView
from schemas.identity.fields import PERSONAL, SECRET, SERVICE

PARTIES = frozenset({roles.USER, roles.PROVIDER})


class InvitationView(View):
    """An invitation; its code is for one colleague, for three days."""

    invitation_id = Id()
    code = fields.String(metadata=PERSONAL)
    expires_at = fields.String()


class InviteAccount(Command):
    """Invite a colleague's account to act for one's own organisation."""

    service = SERVICE
    http = "POST /accounts/me/invitations"
    allowed = PARTIES
    articles = (3, 27)
    view = InvitationView
    summary = ("邀请同事的帐号", "Invite a colleague's account")


class JoinSubject(Command):
    """Act for the organisation that invited this account, from now on."""

    service = SERVICE
    http = "POST /accounts/me/membership"
    articles = (3, 27)
    view = AccountView
    summary = ("加入单位", "Join an organisation")

    code = Text(200, required=True, metadata=SECRET)


class MemberView(View):
    """An account of one's organisation."""

    account_id = Id()
    own = fields.Boolean()


class ListMembers(Query):
    """The accounts that act for one's organisation."""

    service = SERVICE
    http = "GET /accounts/me/members"
    allowed = PARTIES
    articles = (3, 27)
    view = MemberView
    is_list = True
    summary = ("本单位的帐号", "Accounts of my organisation")


class RemoveMember(Command):
    """Take an account out of one's organisation, or leave it oneself."""

    service = SERVICE
    http = "POST /accounts/me/members/<uuid:account_id>/removal"
    allowed = PARTIES
    articles = (3, 27)
    view = View
    summary = ("移除本单位的帐号", "Remove an account of my organisation")

    account_id = Id(required=True)


CONTRACTS = (InviteAccount, JoinSubject, ListMembers, RemoveMember)
