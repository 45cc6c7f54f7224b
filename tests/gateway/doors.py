"""Every way to say words to a gateway, and a provider that says others."""

from typing import Any

import httpx
from tests.gateway.agents import make
from tests.gateway.chats import ask, calling, chunk, eventually
from tests.standins.server import Asked, Told

NAMES = "prompt answer system tool argument agent title query error state guess"
WORDS = {name: f"xyzzy{name}plugh" for name in NAMES.split()}
TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACEPARENT = {
    "traceparent": f"00-{TRACE}-{CALLER}-01",
    "tracestate": f"vendor={WORDS['state']}",
    "baggage": f"gen_ai.agent.name={WORDS['state']}",
}
EMBEDDER = "a-vendor/an-embedder"
JOB = "catalogue-refresh"


def provider(asked: Asked) -> Told:
    """Remembers what it is asked to, fails where it shall, and says something else."""
    refused = Told(status=400, body={"error": {"message": WORDS["error"]}})
    if asked.path == "/api/embed":
        made = {"embeddings": [[1.0, 2.0]], "prompt_eval_count": 5}
        return refused if "fail" in str(asked.body["input"]) else Told(body=made)
    if asked.path == "/api/tags":
        return refused
    last = asked.body["messages"][-1]
    if last["role"] == "user" and "remember" in str(last["content"]):
        return calling("remember", text=WORDS["argument"])
    if "fail" in str(last["content"]):
        return refused
    usage = (
        b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],'
    )
    usage += b'"usage":{"prompt_tokens":7,"completion_tokens":11,"total_tokens":18}}\n\n'
    pieces = [chunk(role="assistant", content=WORDS["answer"]), chunk(finish="stop"), usage]
    return Told(content="text/event-stream", pieces=[*pieces, b"data: [DONE]\n\n"])


def use_every_door(client: httpx.Client) -> None:
    """Say words to the gateway in every way there is."""
    make(client, "Mason", prompt=WORDS["agent"], tools=["*", "remember"])
    kept = ask(client, f"remember {WORDS['prompt']}", agent="Mason")
    conversation = kept["route"]["conversation"]
    client.patch(f"/api/conversations/{conversation}", json={"title": WORDS["title"]})
    client.get(f"/api/conversations/{conversation}", params={"q": WORDS["query"]})
    client.get("/api/memories", params={"q": WORDS["argument"]})
    client.get(f"/api/{WORDS['query']}")
    client.post("/api/routing/explain", json={"text": WORDS["prompt"]})
    ask(client, f"fail {WORDS['prompt']}")
    properties = {WORDS["argument"]: {"type": "string"}}
    tool = {
        "name": WORDS["tool"],
        "description": WORDS["tool"],
        "parameters": {"type": "object", "properties": properties},
    }
    body: dict[str, Any] = {
        "model": "mosaic",
        "messages": [
            {"role": "system", "content": WORDS["system"]},
            {"role": "user", "content": WORDS["prompt"]},
        ],
        "tools": [{"type": "function", "function": tool}],
        "stream": True,
    }
    path = f"/v1/chat/completions?q={WORDS['query']}"
    answer = client.post(path, json=body, headers=TRACEPARENT)
    assert answer.status_code == 200, answer.text
    use_every_surface(client, tool)
    have_a_job_fail(client)


def use_every_surface(client: httpx.Client, tool: dict[str, Any]) -> None:
    """Say them in the languages of others, and have vectors made of them."""
    asked = [{"role": "user", "content": WORDS["prompt"]}]
    schema = {**tool, "input_schema": tool["parameters"]}
    bodies: dict[str, dict[str, Any]] = {
        "/v1/responses": {
            "input": WORDS["prompt"],
            "instructions": WORDS["system"],
            "tools": [{"type": "function", **tool}],
            "metadata": {WORDS["title"]: WORDS["query"]},
        },
        "/v1/messages": {
            "messages": asked,
            "system": WORDS["system"],
            "max_tokens": 9,
            "tools": [schema],
        },
    }
    for path, body in bodies.items():
        for stream in (False, True):
            said = client.post(path, json={"model": "mosaic", "stream": stream, **body})
            assert said.status_code == 200, said.text
            assert WORDS["answer"] in said.text
    body = {"model": f"ollama/{EMBEDDER}", "input": WORDS["prompt"]}
    assert client.post("/v1/embeddings", json=body).status_code == 200
    failing = {**body, "input": f"fail {WORDS['prompt']}"}
    assert client.post("/v1/embeddings", json=failing).status_code == 400


def have_a_job_fail(client: httpx.Client) -> None:
    """Have a provider that says too much asked by a job, which waits for its turn by itself."""

    def runs() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = client.get("/api/admin/jobs", params={"name": JOB}).json()
        return found

    eventually(runs, "the job waits")
    client.post(f"/api/admin/jobs/{runs()[0]['id']}/retry").raise_for_status()
    eventually(lambda: runs()[0]["error"], "the job has failed")
