"""How verification and admission change what the supervisor knows."""

from oversight.domain.event import Event
from oversight.domain.people import Case, Questions, Standing
from oversight.domain.reading.register import reads
from oversight.domain.world import Subject, World

PUBLIC_AGENCY = "public-agency"
"""政府部门所属公共创业服务机构, art. 23 (1): no public money is owed to one."""


@reads("identity.VerificationOpened")
def verification_opened(event: Event, world: World) -> None:
    """Somebody asked about a number for the first time."""
    found = Questions(event.data["subject_id"])
    world.people.questions[event.stream] = found
    world.people.asked[found.subject] = found


@reads("identity.VerificationAnswered")
def verification_answered(event: Event, world: World) -> None:
    """A registry answered."""
    found = world.people.questions.get(event.stream)
    if found is None:
        return
    if event.data["outcome"] == "match":
        found.matched = True
    else:
        found.misses.append((event.data["account_id"], event.data["at"]))


@reads("identity.AdmissionOpened")
def case_opened(event: Event, world: World) -> None:
    """A case began."""
    data = event.data
    case = Case(data["role"], data["account_id"], data["subject_id"])
    world.people.cases[event.stream] = case
    world.people.of_subject.setdefault(case.subject, []).append(case)


@reads("identity.AdmissionDrafted")
def case_drafted(event: Event, world: World) -> None:
    """A draft was written."""
    if case := world.people.cases.get(event.stream):
        case.state = "draft"


@reads("identity.AdmissionSubmitted")
def case_submitted(event: Event, world: World) -> None:
    """A case was submitted."""
    if case := world.people.cases.get(event.stream):
        case.state, case.papers = "verifying", event.data["papers"]
        case.matters, case.found = [], {}


@reads("identity.AdmissionReviewAsked")
def review_asked(event: Event, world: World) -> None:
    """A case waits for staff."""
    if case := world.people.cases.get(event.stream):
        case.state = "in-review"
        case.matters, case.found = list(event.data["matters"]), event.data["found"]


@reads("identity.AdmissionActivated")
def case_activated(event: Event, world: World) -> None:
    """A case ended with an admission."""
    if case := world.people.cases.get(event.stream):
        case.state = "active"


@reads("identity.AdmissionRejected")
def case_rejected(event: Event, world: World) -> None:
    """A case ended without one."""
    if case := world.people.cases.get(event.stream):
        case.state = "rejected"


@reads("identity.SubjectVerified")
def subject_verified(event: Event, world: World) -> None:
    """Somebody's name was confirmed."""
    data = event.data
    if data["outcome"] in ("match", "reviewed"):
        world.verified.add(event.stream)
    renew_by = data.get("renew_by") or ""
    world.people.standings.setdefault(
        event.stream,
        Standing(event.position, data["kind"], data["document"], renew_by, data["region"]),
    )
    _confirmed(event, world, data["kind"], data["outcome"] in ("match", "reviewed"))


@reads("identity.SubjectImported")
def subject_imported(event: Event, world: World) -> None:
    """It stood in a file."""
    world.people.imported.setdefault(event.stream, "")


@reads("identity.SubjectClaimed")
def subject_claimed(event: Event, world: World) -> None:
    """Its holder came."""
    world.people.imported[event.stream] = event.data["account_id"]


@reads("identity.SubjectReverified")
def subject_reverified(event: Event, world: World) -> None:
    """It was confirmed again."""
    world.verified.add(event.stream)
    if standing := world.people.standings.get(event.stream):
        standing.verified, standing.renew_by = True, event.data["renew_by"]
        _confirmed(event, world, standing.kind, True)


@reads("identity.SubjectReverificationAnnounced")
def renewal_announced(event: Event, world: World) -> None:
    """A subject was reminded."""
    if standing := world.people.standings.get(event.stream):
        standing.announced = event.data["renew_by"]


@reads("identity.SubjectVerificationLapsed")
def verification_lapsed(event: Event, world: World) -> None:
    """Nobody confirmed it in time."""
    world.verified.discard(event.stream)
    if standing := world.people.standings.get(event.stream):
        standing.verified = False
        _confirmed(event, world, standing.kind, False)


@reads("identity.SubjectAgedOut")
def aged_out(event: Event, world: World) -> None:
    """A user turned sixty."""
    if standing := world.people.standings.get(event.stream):
        standing.aged_out = event.position


@reads("identity.SubjectAdmittedAsProvider")
def provider_admitted(event: Event, world: World) -> None:
    """Somebody became a provider, perhaps again."""
    world.providers.setdefault(event.stream, event.position)
    if event.data["kind"] == PUBLIC_AGENCY:
        world.public_agencies.add(event.stream)
    if standing := world.people.standings.get(event.stream):
        standing.provider.append((event.position, "active"))
        standing.may_charge.append((event.position, event.data.get("may_charge", True)))
        standing.checked_on, standing.listed = event.days()[1], ""


@reads("identity.SubjectSuspendedAsProvider")
def provider_suspended(event: Event, world: World) -> None:
    """A provider may not publish."""
    _moved(event, world, "suspended")


@reads("identity.SubjectResumedAsProvider")
def provider_resumed(event: Event, world: World) -> None:
    """It may again."""
    _moved(event, world, "active")


@reads("identity.SubjectExitedAsProvider")
def provider_exited(event: Event, world: World) -> None:
    """It left."""
    _moved(event, world, "exited")


@reads("identity.SubjectListsChecked")
def lists_checked(event: Event, world: World) -> None:
    """The registry's lists were looked at."""
    if standing := world.people.standings.get(event.stream):
        outcome = event.data["outcome"]
        standing.listed = "" if outcome == "clear" else outcome
        standing.checked_on = event.days()[1]


def _confirmed(event: Event, world: World, kind: str, confirmed: bool) -> None:
    subject = world.subjects.setdefault(event.stream, Subject())
    subject.verifications.append((event.position, kind, confirmed))


def _moved(event: Event, world: World, state: str) -> None:
    if standing := world.people.standings.get(event.stream):
        standing.provider.append((event.position, state))
