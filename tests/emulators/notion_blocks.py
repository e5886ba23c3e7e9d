"""The content of pages: blocks that are appended and listed, and comments.

Texts, headings, lists, to-dos, callouts, code, dividers, links and media are known; tables, columns and synced blocks are not.
"""

from __future__ import annotations

from typing import Any

from tests.emulators.notion_files import attach, name_of
from tests.emulators.notion_lists import asked_in_address, page_of
from tests.emulators.notion_objects import marks_of
from tests.emulators.notion_requests import check_query, read_request, version_of
from tests.emulators.notion_rules import check_alive
from tests.emulators.notion_texts import read_texts
from tests.emulators.notion_values import shown_file
from tests.emulators.notion_words import invalid, invalid_part, not_emulated
from tests.emulators.notion_workspace import Block, Kept, Page, Workspace, checked_id
from tests.emulators.serving import Visit

_TEXTS: dict[str, dict[str, Any]] = {
    "paragraph": {"icon": None},
    "heading_1": {"is_toggleable": False},
    "heading_2": {"is_toggleable": False},
    "heading_3": {"is_toggleable": False},
    "bulleted_list_item": {},
    "numbered_list_item": {},
    "quote": {},
    "toggle": {},
    "to_do": {"checked": False},
    "callout": {"icon": None},
}
"""Blocks of rich text in a colour, with what else each holds."""
_MEDIA = frozenset({"image", "video", "audio", "pdf", "file"})
_LINKS = frozenset({"bookmark", "embed"})
NEWEST = "2026-03-11"


def append_children(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer PATCH /v1/blocks/{id}/children; gives the new blocks."""
    name = visit.request.path_params["block_id"]
    body = read_request(visit, "AppendBlockChildrenParameters", block_id=name)
    if "after" in body and version_of(visit) >= NEWEST:
        raise invalid_part("body", f'body.after should be not present, instead was `"{body["after"]}"`.')
    if not body["children"]:
        raise invalid_part("body", "body.children.length should be ≥ `1`, instead was `0`.")
    parent = workspace.find_block(name)
    page = parent if isinstance(parent, Page) else parent.page
    check_alive(page)
    siblings = parent.blocks if isinstance(parent, Page) else parent.children
    place = _place(body, siblings)
    siblings[place:place] = made = make_blocks(workspace, page, parent, body["children"], workspace.bot_id)
    workspace.keep_blocks(made)
    workspace.note("page.content_updated", page, workspace.bot_id, *(block.id for block in made))
    shown = [block_object(workspace, block) for block in made]
    return {"object": "list", "type": "block", "block": {}, "results": shown, "next_cursor": None, "has_more": False}


def _place(body: dict[str, Any], siblings: list[Block]) -> int:
    position = body.get("position", {"type": "end"})
    after = body.get("after") or position.get("after_block", {}).get("id")
    if after is None:
        return 0 if position["type"] == "start" else len(siblings)
    ids = [block.id for block in siblings]
    own_id = checked_id(after, "after")
    if own_id not in ids:
        raise invalid(f"Block to append children after is not parented by the block: {after}")
    return ids.index(own_id) + 1


def make_blocks(workspace: Workspace, page: Page, parent: Block | Page, given: list[dict[str, Any]], author: str) -> list[Block]:
    """Make blocks from a request of the right type; the caller puts them where they belong, and has them kept."""
    kind = "page_id" if isinstance(parent, Page) else "block_id"
    made = []
    for one in given:
        name = next(key for key in one if key not in {"type", "object"})
        content, upload_id = _read_content(workspace, name, one[name])
        where = {"type": kind, kind: parent.id}
        block = Block(**workspace.stamps(author), type=name, content=content, parent=where, page=page, upload_id=upload_id)
        block.children = make_blocks(workspace, page, block, one[name].get("children", []), author)
        made.append(block)
    return made


def _read_content(workspace: Workspace, name: str, given: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    if name in _TEXTS:
        plain = {key: given.get(key, default) for key, default in (_TEXTS[name] | {"color": "default"}).items()}
        plain |= {"icon": read_picture(plain["icon"], "icon")} if "icon" in plain else {}
        return plain | {"rich_text": read_texts(given["rich_text"])}, None
    caption = {"caption": read_texts(given.get("caption", []))}
    if name == "code":
        return caption | {"rich_text": read_texts(given["rich_text"]), "language": given["language"]}, None
    if name in _LINKS:
        return caption | {"url": given["url"]}, None
    if name in _MEDIA and "file_upload" in given:
        upload = attach(workspace, given["file_upload"]["id"])
        named = {"name": given.get("name") or name_of(upload)} if name == "file" else {}
        return caption | named, upload.id
    if name in _MEDIA and "external" in given:
        named = {"name": given.get("name") or given["external"]["url"].rpartition("/")[2]} if name == "file" else {}
        return caption | named | {"type": "external", "external": given["external"]}, None
    if name == "divider":
        return {}, None
    raise not_emulated(f"blocks of the type {name}")


def read_picture(given: dict[str, Any] | None, what: str) -> dict[str, Any] | None:
    """Read an icon or a cover of a request: an emoji, a picture of somebody's, or none."""
    if given is None:
        return None
    for kind in ("emoji", "external"):
        if kind in given:
            return {"type": kind, kind: given[kind]}
    raise not_emulated(f"this kind of {what}")


def block_object(workspace: Workspace, block: Block) -> dict[str, Any]:
    """Show a block."""
    content = block.content
    if block.upload_id is not None:
        content = content | shown_file(workspace, {"upload_id": block.upload_id})
    return {
        "object": "block",
        **marks_of(block),
        "parent": block.parent,
        "has_children": bool(block.children),
        "type": block.type,
        block.type: content,
    }


def list_children(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer GET /v1/blocks/{id}/children."""
    check_query(visit, "page_size", "start_cursor")
    parent = workspace.find_block(visit.request.path_params["block_id"])
    blocks = parent.blocks if isinstance(parent, Page) else parent.children
    asked = asked_in_address(visit)
    shown = page_of(workspace, visit, asked, blocks, lambda block: block.id, lambda block: block_object(workspace, block))
    return shown | {"type": "block", "block": {}}


def create_comment(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer POST /v1/comments."""
    body = read_request(visit, "CreateCommentParameters")
    if unknown := body.keys() & {"attachments", "markdown", "display_name"}:
        raise not_emulated(f"the {min(unknown)} of comments")
    if "discussion_id" in body:
        parent = _thread(workspace, body["discussion_id"])["parent"]
    else:
        kind = "page_id" if "page_id" in body["parent"] else "block_id"
        parent = {"type": kind, kind: workspace.find_block(body["parent"][kind]).id}
    return add_comment(workspace, parent, read_texts(body["rich_text"]), workspace.bot_id, body.get("discussion_id"))


def add_comment(
    workspace: Workspace, parent: dict[str, Any], texts: list[dict[str, Any]], author: str, discussion: str | None = None
) -> dict[str, Any]:
    """Write a comment below a page or a block, or into a discussion."""
    comment = marks_of(Kept(**workspace.stamps(author)))
    for name in ("last_edited_by", "in_trash", "archived"):
        del comment[name]
    name = {"type": "integration", "resolved_name": "The integration"}
    comment |= {
        "object": "comment",
        "parent": parent,
        "discussion_id": discussion or workspace.new_id(),
        "rich_text": texts,
        "display_name": name if author == workspace.bot_id else {"type": "user", "resolved_name": "The owner"},
    }
    workspace.comments.append(comment)
    return comment


def _thread(workspace: Workspace, discussion: str) -> dict[str, Any]:
    for comment in workspace.comments:
        if comment["discussion_id"] == checked_id(discussion, "discussion_id"):
            return comment
    raise invalid(f"Could not find discussion with ID: {discussion}.")


def list_comments(workspace: Workspace, visit: Visit) -> dict[str, Any]:
    """Answer GET /v1/comments, oldest first."""
    check_query(visit, "block_id", "page_size", "start_cursor")
    if "block_id" not in visit.call.query:
        raise invalid_part("query", "query.block_id should be defined, instead was `undefined`.")
    below = workspace.find_block(visit.call.query["block_id"]).id
    found = [comment for comment in workspace.comments if below in comment["parent"].values()]
    shown = page_of(workspace, visit, asked_in_address(visit), found, lambda comment: comment["id"], lambda comment: comment)
    return shown | {"type": "comment", "comment": {}}
