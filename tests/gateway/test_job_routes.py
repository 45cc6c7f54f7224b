"""Jobs of a real gateway: done after its start, inspected and retried by administrators alone."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.gateway.chats import eventually, providers, start, start_again
from tests.gateway.people import add_person, signed_in
from tests.gateway.process import Home, client_of, error_id
from tests.standins.server import Asked, StandIn, Told

from mosaic_gateway.jobs.backing_off import TRIES
from mosaic_gateway.jobs.table import JOBS

pytestmark = pytest.mark.gateway

JOBS_PATH = "/api/admin/jobs"
CATALOGUE = "catalogue-refresh"


class Lists:
    """A provider that has no list of models, or does not come to the end of it."""

    def __init__(self) -> None:
        self.is_silent = False
        self.asked, self.may_answer = threading.Event(), threading.Event()

    def __call__(self, asked: Asked) -> Told:
        if self.is_silent:
            self.asked.set()
            self.may_answer.wait()
        return Told(status=500, body={"error": f"no list with the key {asked.bearer}"})


@pytest.fixture
def lists() -> Iterator[Lists]:
    lists = Lists()
    yield lists
    lists.may_answer.set()


def one(client: httpx.Client, name: str) -> dict[str, Any]:
    [row] = client.get(JOBS_PATH, params={"name": name}).raise_for_status().json()
    assert row["name"] == name
    return dict(row)


def test_jobs_are_done_retried_seen_and_found_again(home: Home, lists: Lists) -> None:
    home.fill()
    with StandIn(lists) as provider:
        start(home, providers(provider.url, "openai"))
        with client_of(home, home.set_up()) as admin:
            all_are_done_but_the_catalogue(admin)
            failures_are_tried_again_until_it_is_enough(home, admin)
            only_what_is_there_and_open_is_retried(admin)
            nobody_else_sees_anything(home)
            lists.is_silent = True
            admin.post(f"{JOBS_PATH}/{one(admin, CATALOGUE)['id']}/retry").raise_for_status()
            assert lists.asked.wait(30)
            assert one(admin, CATALOGUE)["state"] == "running"
            home.send(signal.SIGKILL)
            home.wait()
            start_again(home)
            eventually(lambda: one(admin, CATALOGUE)["state"] != "running", "it is found")
            found = one(admin, CATALOGUE)
            assert (found["state"], found["attempts"]) == ("retrying", 1)
            assert found["error"] == "the gateway ended while it ran"
            assert home.stop() == 0
    assert "Traceback" not in home.log()


def all_are_done_but_the_catalogue(admin: httpx.Client) -> None:
    def rows() -> list[dict[str, Any]]:
        return list(admin.get(JOBS_PATH).raise_for_status().json())

    eventually(lambda: len(rows()) == len(JOBS), "every job has a run")
    eventually(lambda: [r["name"] for r in rows() if r["state"] != "done"] == [CATALOGUE], "done")
    assert {row["attempts"] for row in rows()} == {0, 1}
    waiting = admin.get(JOBS_PATH, params={"state": "waiting"}).json()
    assert [row["name"] for row in waiting] == [CATALOGUE]
    assert len(admin.get(JOBS_PATH, params={"limit": 2}).json()) == 2
    for wrong in ({"limit": "0"}, {"limit": "1001"}, {"state": "lost"}, {"name": "\x00"}):
        answer = admin.get(JOBS_PATH, params=wrong)
        assert (answer.status_code, error_id(answer)) == (400, "invalid-property")


def failures_are_tried_again_until_it_is_enough(home: Home, admin: httpx.Client) -> None:
    run = one(admin, CATALOGUE)["id"]
    for number in (1, TRIES):
        home.sql("UPDATE job_runs SET attempts = ? WHERE id = ?", number - 1, run)
        answer = admin.post(f"{JOBS_PATH}/{run}/retry")
        assert answer.status_code == 202, answer.text
        eventually(lambda: one(admin, CATALOGUE)["attempts"] == number, "it is tried")  # noqa: B023
        state = "retrying" if number < TRIES else "failed"
        eventually(lambda: one(admin, CATALOGUE)["state"] == state, state)  # noqa: B023
    assert one(admin, CATALOGUE)["error"] == "no list of models from openai"


def only_what_is_there_and_open_is_retried(admin: httpx.Client) -> None:
    done = one(admin, "audit-clean-up")["id"]
    answers = [admin.post(f"{JOBS_PATH}/{run}/retry") for run in (done, "nobody", "%00")]
    assert [(each.status_code, error_id(each)) for each in answers] == [
        (409, "job-not-open"),
        (404, "no-such-job"),
        (404, "no-such-job"),
    ]


def nobody_else_sees_anything(home: Home) -> None:
    person = add_person(home, "member@example.org")
    with client_of(home) as anyone, signed_in(home, person.email) as member:
        for path, method in ((JOBS_PATH, "GET"), (f"{JOBS_PATH}/any/retry", "POST")):
            assert anyone.request(method, path).status_code == 401
            assert error_id(member.request(method, path)) == "not-administrator"


def test_a_queue_in_a_file_needs_no_client_of_valkey() -> None:
    program = (
        "import sys; from mosaic_gateway.jobs.loading import load_huey; load_huey();"
        "import mosaic_gateway.jobs.queue; sys.exit('redis' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
