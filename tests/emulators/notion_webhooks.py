"""Notion's webhooks: signed events of a subscription, and the unsigned posts of an automation.

Events are aggregated per page, and tell what changed but not how (webhook pages of the reference, 2026-11). Their bodies have the
types of @notionhq/client 5.26.0; the body of an automation is that of the help page on webhook actions.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.notion_files import stamp
from tests.emulators.notion_objects import page_object
from tests.emulators.notion_outbox import FORGED, MALFORMED, UNSIGNED, Delivery, Outbox, open_client
from tests.emulators.notion_workspace import Change, DataSource, Page

TOKEN = "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"
_SIGNATURE = "x-notion-signature"
_SENT = ("object", "id", "created_time", "last_edited_time", "created_by", "last_edited_by", "url", "public_url")
"""What an automation sends of a page, beside its parent and properties."""


def signature(token: str, raw: bytes) -> str:
    """Sign a body with the subscription's verification token."""
    return f"sha256={hmac.new(token.encode(), raw, hashlib.sha256).hexdigest()}"


@dataclass
class Subscription(Outbox):
    """A subscription of the integration to events, as it is made in the integration's settings."""

    token: str = TOKEN
    """The verification token, with which events are signed."""
    types: frozenset[str] | None = None
    """Which events are sent; None for all."""
    api_version: str = "2025-09-03"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    integration_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    _told: int = 0
    """How many of the workspace's changes are events already."""

    def shake_hands(self) -> Delivery:
        """Post the verification token, unsigned, as Notion does when a subscription is made."""
        with open_client(self.patience_s) as client:
            return self.post(client, {"verification_token": self.token}, UNSIGNED)

    def deliver(self) -> list[Delivery]:
        """Turn what changed since the last round into events, and post them with all that waits."""
        for event in self._new_events():
            self.put(event)
        return super().deliver()

    def mark_attempt(self, body: dict[str, Any], attempt: int) -> None:
        body["attempt_number"] = attempt

    def headers_of(self, raw: bytes, fault: str | None) -> dict[str, str]:
        if fault == UNSIGNED:
            return {}
        wrong = {MALFORMED: "sha256=none", FORGED: signature("secret_of_somebody_else", raw)}
        return {_SIGNATURE: wrong.get(fault or "", signature(self.token, raw))}

    def _new_events(self) -> list[dict[str, Any]]:
        workspace = self.notion.workspace
        with workspace.lock:
            changes, self._told = workspace.changes[self._told :], len(workspace.changes)
            grouped: dict[tuple[str, str], list[Change]] = {}
            for change in changes:
                if self._is_seen(change) and (self.types is None or change.type in self.types):
                    grouped.setdefault((change.type, change.entity.id), []).append(change)
            return [self._event(together) for together in grouped.values()]

    def _is_seen(self, change: Change) -> bool:
        source = change.entity if isinstance(change.entity, DataSource) else change.entity.source
        return source is None or source.database.id not in self.notion.workspace.unshared

    def _event(self, together: list[Change]) -> dict[str, Any]:
        workspace, last = self.notion.workspace, together[-1]
        authors = dict.fromkeys(change.author for change in together)
        return {
            "id": str(uuid.uuid4()),
            "timestamp": stamp(last.at),
            "workspace_id": workspace.id,
            "workspace_name": workspace.name,
            "subscription_id": self.id,
            "integration_id": self.integration_id,
            "authors": [{"id": author, "type": workspace.kind_of_author(author)} for author in authors],
            "accessible_by": [{"id": workspace.owner_id, "type": "person"}, {"id": workspace.bot_id, "type": "bot"}],
            "attempt_number": 1,
            "api_version": self.api_version,
            "entity": {"id": last.entity.id, "type": last.type.partition(".")[0]},
            "type": last.type,
            "data": {"parent": self._parent(last.entity)} | _details(last.type, together),
        }

    def _parent(self, entity: Page | DataSource) -> dict[str, str]:
        if isinstance(entity, DataSource):
            return {"id": entity.database.id, "type": "database"}
        if entity.source is None:
            return {"id": entity.parent["page_id"], "type": "page"}
        return {"id": entity.source.database.id, "type": "database", "data_source_id": entity.source.id}


def _details(kind: str, together: list[Change]) -> dict[str, Any]:
    details = [detail for change in together for detail in change.details]
    words: dict[str, Callable[[], dict[str, Any]]] = {
        "page.properties_updated": lambda: {"updated_properties": list(dict.fromkeys(details))},
        "page.content_updated": lambda: {"updated_blocks": [{"id": block, "type": "block"} for block in details]},
        "data_source.schema_updated": lambda: {"updated_properties": details},
    }
    return words.get(kind, dict)()


@dataclass
class Automation(Outbox):
    """A "send webhook" action of a database automation; only its headers, set in the app, tell that it is genuine."""

    headers: dict[str, str] = field(default_factory=dict)
    properties: tuple[str, ...] | None = None
    """Names of the properties it sends; None for all."""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    action_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def fire(self, page_id: str) -> None:
        """Let the automation run for a page; it sends the page as it is now."""
        workspace = self.notion.workspace
        with workspace.lock:
            shown = page_object(workspace, workspace.pages[page_id])
        source = {
            "type": "automation",
            "automation_id": self.id,
            "action_id": self.action_id,
            "event_id": str(uuid.uuid4()),
            "user_id": workspace.owner_id,
            "attempt": 1,
        }
        wanted = shown["properties"].keys() if self.properties is None else self.properties
        data = {name: shown[name] for name in _SENT}
        data |= {
            "parent": {"type": "database_id", "database_id": shown["parent"]["database_id"]},
            "properties": {name: shown["properties"][name] for name in wanted},
            "request_id": str(uuid.uuid4()),
        }
        self.put({"source": source, "data": data})

    def mark_attempt(self, body: dict[str, Any], attempt: int) -> None:
        body["source"]["attempt"] = attempt

    def headers_of(self, raw: bytes, fault: str | None) -> dict[str, str]:
        if fault == UNSIGNED:
            return {}
        return dict.fromkeys(self.headers, "a guess") if fault in {FORGED, MALFORMED} else self.headers
