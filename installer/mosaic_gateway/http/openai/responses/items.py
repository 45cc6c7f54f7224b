"""Parts of an answer as items of a response."""

from typing import Any, Literal

from mosaic_gateway.http.parts import Part

Status = Literal["in_progress", "completed", "incomplete"]


def id_of_item(response_id: str, part: Part) -> str:
    """What the item of a part is called; the same in all events."""
    prefix = {"text": "msg", "thinking": "rs", "call": "fc"}[part.kind]
    return f"{prefix}_{response_id.rpartition('_')[2]}{part.number:04x}"


def item(response_id: str, part: Part, status: Status) -> dict[str, Any]:
    """The item of a part; one that has only begun is empty."""
    item_id, has_begun_only = id_of_item(response_id, part), status == "in_progress"
    content = [] if has_begun_only else [content_of(part)]
    match part.kind:
        case "text":
            head = {"type": "message", "id": item_id, "status": status}
            return {**head, "role": "assistant", "content": content}
        case "thinking":
            head = {"type": "reasoning", "id": item_id, "status": status}
            return {**head, "summary": [], "content": content}
        case "call":
            head = {"type": "function_call", "id": item_id, "status": status}
            arguments = "" if has_begun_only else part.text
            return {**head, "call_id": part.call, "name": part.name, "arguments": arguments}


def content_of(part: Part, *, is_empty: bool = False) -> dict[str, Any]:
    """What is in the item of a text or of thoughts."""
    text = "" if is_empty else part.text
    if part.kind == "thinking":
        return {"type": "reasoning_text", "text": text}
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
