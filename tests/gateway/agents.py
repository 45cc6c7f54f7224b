"""Agents through the API."""

import httpx


def make(client: httpx.Client, name: str, **more: object) -> str:
    """An agent; its id."""
    body = {"name": name, "prompt": f"You are {name}.", **more}
    answer = client.post("/api/agents", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def names(client: httpx.Client) -> list[str]:
    return [each["name"] for each in client.get("/api/agents").json()]
