"""Runs of grants and parameters, from the ledger's log."""

from oversight.domain.event import Event
from oversight.domain.funds import Run
from oversight.domain.reading.register import reads
from oversight.domain.world import World


@reads("voucher-ledger.GrantRunStarted")
def run_started(event: Event, world: World) -> None:
    """A run begins."""
    world.runs[event.stream] = Run(event.data["batch_id"], event.data["source"])


@reads("voucher-ledger.GrantRunListed")
def run_listed(event: Event, world: World) -> None:
    """More users are asked."""
    if run := world.runs.get(event.stream):
        run.listed.update(event.data["holders"])


@reads("voucher-ledger.GrantRunRefused")
def run_refused(event: Event, world: World) -> None:
    """Some get nothing."""
    if run := world.runs.get(event.stream):
        for decision in event.data["decisions"]:
            run.refused[decision["code"]] = run.refused.get(decision["code"], 0) + 1


@reads("voucher-ledger.GrantRunAdvanced")
def run_advanced(event: Event, world: World) -> None:
    """A chunk is done."""
    if run := world.runs.get(event.stream):
        run.number = event.data["number"]
        run.announced += event.data["granted"]
        run.refused, run.last = {}, event.command


@reads("voucher-ledger.GrantRunEnded")
def run_ended(event: Event, world: World) -> None:
    """Nothing is left to do."""
    if run := world.runs.get(event.stream):
        run.ended = True


@reads("voucher-ledger.ParameterSet")
def parameter_set(event: Event, world: World) -> None:
    """A figure holds from a day on."""
    data = event.data
    setting = (data["valid_from"], data["value"], data["document_number"], event.position)
    world.parameters.setdefault(data["name"], []).append(setting)
