"""How people sign in, from identity's log."""

from oversight.domain.accounts import FOR_EVER, Account, Freeze, Reset
from oversight.domain.event import Event
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads("identity.AccountOpened")
def account_opened(event: Event, world: World) -> None:
    """An account began."""
    data = event.data
    world.accounts.setdefault(event.stream, Account(data["staff"], data["region"]))


@reads("identity.AccountSecondFactorOffered")
def second_factor_offered(event: Event, world: World) -> None:
    """A second factor is being set up."""
    if account := world.accounts.get(event.stream):
        account.offered = event.data["enrolment"]


@reads("identity.AccountSecondFactorConfirmed")
def second_factor_confirmed(event: Event, world: World) -> None:
    """It signs in with a second factor from now on."""
    if account := world.accounts.get(event.stream):
        account.enrolment = event.data["enrolment"]


@reads("identity.AccountSecondFactorRemoved")
def second_factor_removed(event: Event, world: World) -> None:
    """It has none any more."""
    if account := world.accounts.get(event.stream):
        account.enrolment = None


@reads("identity.UsedCodeRecorded")
def code_used(event: Event, world: World) -> None:
    """A code is used up."""
    data = event.data
    if account := world.accounts.get(data["account_id"]):
        account.code_command = event.command
        if data["kind"] == "totp":
            last = account.steps.get(data["source"], -1)
            account.steps[data["source"]] = max(last, data["number"])
        else:
            account.recovered.add((data["source"], data["number"]))


@reads("identity.PasswordResetRequested")
def reset_requested(event: Event, world: World) -> None:
    """One of staff asked for a reset."""
    data = event.data
    world.resets.setdefault(event.stream, Reset(data["account_id"], data["requester"]))


@reads(
    "identity.PasswordResetApproved",
    "identity.PasswordResetRejected",
    "identity.PasswordResetCompleted",
)
def reset_moved(event: Event, world: World) -> None:
    """A reset took a step."""
    if reset := world.resets.get(event.stream):
        reset.state = event.type.removeprefix("identity.PasswordReset").lower()


@reads("identity.AccountRoleGranted")
def role_granted(event: Event, world: World) -> None:
    """An account may act in a role."""
    if account := world.accounts.get(event.stream):
        since = event.recorded_at
        account.held.setdefault(event.data["role"], []).append([since, FOR_EVER])
        if event.data["role"] == "operator":
            world.staff.tenure_of[event.stream] = event.data["tenure_id"]


@reads("identity.AccountRoleRevoked")
def role_revoked(event: Event, world: World) -> None:
    """It may not any more."""
    if account := world.accounts.get(event.stream):
        for span in account.held.get(event.data["role"], ()):
            span[1] = min(span[1], event.recorded_at)


@reads("identity.AccountOfficerNamed")
def officer_named(event: Event, world: World) -> None:
    """The person behind an account is known."""
    if account := world.accounts.get(event.stream):
        account.officer = event.data["officer_id"]
        world.staff.officers.setdefault(event.data["officer_id"], set()).add(event.stream)


@reads("identity.AccountLinked")
def account_linked(event: Event, world: World) -> None:
    """An account acts for a subject."""
    if account := world.accounts.get(event.stream):
        account.subject = event.data["subject_id"]
    world.staff.subjects.setdefault(event.data["subject_id"], set()).add(event.stream)


@reads("identity.AccountUnlinked")
def account_unlinked(event: Event, world: World) -> None:
    """It does not any more."""
    if account := world.accounts.get(event.stream):
        account.subject, account.before = None, event.data["subject_id"]
    world.staff.subjects.setdefault(event.data["subject_id"], set()).discard(event.stream)


@reads("identity.InvitationIssued")
def invitation_issued(event: Event, world: World) -> None:
    """Somebody was invited to act for a subject."""
    world.staff.invitations[event.stream] = event.data["subject_id"]


@reads("identity.InvitationAccepted")
def invitation_accepted(event: Event, world: World) -> None:
    """An account accepted an invitation."""
    subject = world.staff.invitations.pop(event.stream, "")
    command = event.command
    world.staff.invited[event.data["account_id"]] = (subject, command)


@reads("identity.MembersFounded")
def members_founded(event: Event, world: World) -> None:
    """An organisation has a first account."""
    world.staff.members[event.stream] = {event.data["account_id"]}


@reads("identity.MembersJoined")
def member_joined(event: Event, world: World) -> None:
    """It has one more."""
    world.staff.members.setdefault(event.stream, set()).add(event.data["account_id"])


@reads("identity.MembersLeft")
def member_left(event: Event, world: World) -> None:
    """It has one less."""
    world.staff.members.setdefault(event.stream, set()).discard(event.data["account_id"])


@reads("identity.AccountPasswordChanged", "identity.AccountSessionsEnded")
def sessions_ended(event: Event, world: World) -> None:
    """All sessions of an account ended at once."""
    if account := world.accounts.get(event.stream):
        account.epoch += 1


@reads("identity.AccountFrozen")
def account_frozen(event: Event, world: World) -> None:
    """An account is frozen, and its subject's vouchers are held."""
    if account := world.accounts.get(event.stream):
        account.epoch += 1
        account.case_id = event.data["case_id"]
    freeze = Freeze(event.position, event.recorded_at)
    world.staff.accounts_frozen.setdefault(event.stream, []).append(freeze)
    world.staff.frozen[event.stream] = freeze
    if subject := event.data["subject_id"]:
        world.staff.freezes.setdefault(subject, []).append(freeze)


@reads("identity.AccountUnfrozen")
def account_unfrozen(event: Event, world: World) -> None:
    """The freeze was lifted."""
    if account := world.accounts.get(event.stream):
        account.case_id = None
    if freeze := world.staff.frozen.pop(event.stream, None):
        freeze.until, freeze.until_at = event.position, event.recorded_at
