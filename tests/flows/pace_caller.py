"""`python -m tests.flows.pace_caller ADDRESS TOKEN SOURCE PAGE COUNT`: read a page so often, as fast as the lane lets us."""

from __future__ import annotations

import sys

from pydantic import SecretStr

from blocks.pace import pace
from blocks.providers.notion.account import NotionCredentials
from blocks.providers.notion.desk import NotionDesk


def main() -> None:
    """Say that we are ready, wait for a line, and ask."""
    address, token, source, page, count = sys.argv[1:]
    desk = NotionDesk(credentials=NotionCredentials(token=SecretStr(token), base_url=address), data_source_id=source)
    with desk.open(lambda: pace(desk.lane)) as table:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for _ in range(int(count)):
            table.page(page)


if __name__ == "__main__":
    main()
