"""A program that is no service asks services over RabbitMQ, and learns clearly when it cannot."""

from collections.abc import Iterator
from typing import Any

import eventlet
import pytest

from chassis import context
from chassis.bus.asking import Asker
from chassis.bus.host import Deployable, container, prepare
from chassis.bus.rpc import rpc
from chassis.refusal import ServiceUnavailable, StoredRefusal
from chassis.service import Circumstances
from chassis.settings import Settings


class Echo:
    """Says what it is told, and by whom."""

    name = "echo"
    circumstances = Circumstances()

    @rpc  # type: ignore[untyped-decorator]  # Nameko has no types
    def say(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"result": {**payload["input"], "actor": self.circumstances.actor}}

    @rpc  # type: ignore[untyped-decorator]  # Nameko has no types
    def refuse(self, payload: dict[str, Any]) -> dict[str, Any]:
        message = {"zh": "不", "en": "no"}
        return {"error": {"code": "echo.no", "kind": "conflict", "message": message, "data": {}}}

    @rpc  # type: ignore[untyped-decorator]  # Nameko has no types
    def fail(self, payload: dict[str, Any]) -> dict[str, Any]:
        raise RuntimeError

    @rpc  # type: ignore[untyped-decorator]  # Nameko has no types
    def sleep(self, payload: dict[str, Any]) -> dict[str, Any]:
        eventlet.sleep(30)
        return {"result": {}}


@pytest.fixture
def echo(vhost_url: str) -> Iterator[str]:
    prepare()
    running = container(Deployable(Echo), Settings.load("echo", {"AMQP_URL": vhost_url}))
    running.start()
    yield vhost_url
    running.kill()


def test_answers_refusals_and_silence(echo: str) -> None:
    with Asker(echo) as asker, context.bound(context.Context(actor="system:test")):
        for number in range(3):
            told = asker.result("echo", "say", {"n": number}, 10.0)
            assert told == {"n": number, "actor": "system:test"}
        with pytest.raises(StoredRefusal) as refused:
            asker.result("echo", "refuse", {}, 10.0)
        assert refused.value.as_dict()["code"] == "echo.no"
        for method, seconds in (("fail", 10.0), ("sleep", 0.3)):
            with pytest.raises(ServiceUnavailable):
                asker.result("echo", method, {}, seconds)
        assert asker.result("echo", "say", {"n": 9}, 10.0)["n"] == 9, "a late answer harms nothing"
        with pytest.raises(ServiceUnavailable):
            asker.result("nobody", "say", {}, 0.3)


def test_a_broker_that_is_away_is_said_at_once() -> None:
    with pytest.raises(ServiceUnavailable), Asker("amqp://guest:guest@127.0.0.1:1/"):
        pass
