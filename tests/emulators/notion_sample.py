"""A table of films as the studio keeps it in Notion, with five drafts, for whoever plays by hand."""

from __future__ import annotations

from blocks.domain.status import Status
from tests.emulators.notion import NotionEmulator
from tests.emulators.notion_columns import Simple
from tests.emulators.notion_workspace import Database

PROPERTIES: dict[str, Simple] = {
    "Title": "title",
    "Channel": "select",
    "Topic": "rich_text",
    "Story Direction": "rich_text",
    "Status": ("status", [status.value for status in Status]),
    "Priority": ("select", ["High", "Normal", "Low"]),
    "Privacy": ("select", ["Private", "Unlisted", "Public"]),
    "Publish At": "date",
    "Notes": "rich_text",
    "Progress": "rich_text",
    "Error Log": "rich_text",
    "YouTube": "url",
    "Cost": "number",
    "Files": "files",
    "Prefect": "url",
}
_CHANNEL = "demo"
_FILMS = (
    (
        "The Fox at the Frozen River",
        "High",
        "A fox waits for the ice. It tests the edge. The ice sings. It crosses. Spring comes.",
    ),
    (
        "How Wolves Cross a Valley",
        "Normal",
        "The pack wakes. Snow hides the trail. A young wolf strays. It is found. They cross.",
    ),
    ("A Night in the Old Forest", "Normal", "Dusk falls. Owls leave the oak. A storm nears. The deer take shelter. Dawn comes."),
    ("The Lake That Breathes", "Low", "Mist lies on the lake. Fish rise. The wind turns. Ice breaks. The lake is still."),
    ("Swallows Come Home", "Low", "The barn is empty. The first swallow comes. The nest is broken. They build. Eggs hatch."),
)


def make_films(notion: NotionEmulator) -> Database:
    """Make the table and its drafts; gives the database."""
    films = notion.make_database("Films", PROPERTIES)
    for title, priority, story in _FILMS:
        values = {"Title": title, "Channel": _CHANNEL, "Topic": title, "Story Direction": story, "Priority": priority}
        notion.add_page(values | {"Status": Status.DRAFT.value}, films.sources[0])
    return films
