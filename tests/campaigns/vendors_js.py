"""`python -m tests.campaigns.vendors_js`: the vendors' own JavaScript SDKs speak to the emulators.

They read answers by strict schemas of their own, so an answer of the wrong shape fails here. The SDKs are installed into a
passing folder by npm; nothing of them stays. Needs Node.js 20 or later and the npm registry.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.emulators import elevenlabs, gemini, notion
from tests.emulators import notion_outbox as pretended
from tests.emulators.notion_sample import make_films
from tests.emulators.notion_webhooks import TOKEN, Subscription

PACKAGES = {"@google/genai": "2.32.0", "@elevenlabs/elevenlabs-js": "2.73.0", "@notionhq/client": "5.26.0"}
SCRIPTS = Path(__file__).with_suffix("")
_INSTALL = ("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error")


def main() -> int:
    """Install the SDKs, serve the vendors, and run every script against them; gives 1 when one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.vendors_js", description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="folder for the SDKs; used again by the next run")
    given = parser.parse_args()
    if missing := [program for program in ("node", "npm") if shutil.which(program) is None]:
        sys.stderr.write(f"{' and '.join(missing)} must be on the path: install Node.js 20 or later\n")
        return 1
    with tempfile.TemporaryDirectory(prefix="vendors-js-") as passing:
        folder = (given.keep or Path(passing)).resolve()
        install(folder)
        failed = [script.name for script in sorted(SCRIPTS.glob("*.mjs")) if not run(script, folder)]
    sys.stdout.write(f"failed: {', '.join(failed)}\n" if failed else "the SDKs understand the emulated vendors\n")
    return 1 if failed else 0


def install(folder: Path) -> None:
    """Install the SDKs, unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = json.dumps({"private": True, "type": "module", "dependencies": PACKAGES})
    manifest = folder / "package.json"
    if manifest.is_file() and manifest.read_text() == wanted and (folder / "node_modules").is_dir():
        return
    manifest.write_text(wanted)
    subprocess.run(_INSTALL, cwd=folder, check=True, timeout=300)


def run(script: Path, folder: Path) -> bool:
    """Run one script against vendors of its own; tells whether all went well."""
    with ExitStack() as stack:
        told = {
            "GEMINI_URL": stack.enter_context(gemini.served()).url,
            "ELEVENLABS_URL": stack.enter_context(elevenlabs.served()).url,
            **about_notion(stack.enter_context(notion.served())),
        }
        # Node looks for packages beside the script, so the script goes to where they are.
        command = ("node", "--test-reporter=spec", shutil.copy(script, folder))
        ended = subprocess.run(command, cwd=folder, env={**os.environ, **told}, check=False, timeout=300)
    return ended.returncode == 0


def about_notion(served: notion.NotionEmulator) -> dict[str, str]:
    """Make a table of films, and tell where it is and what was posted about it, by Notion and by those who pretend."""
    films = make_films(served)
    subscription = Subscription(served, "http://127.0.0.1:9")  # nobody listens there; what was posted is kept
    subscription.faults.next("event", "", pretended.FORGED, pretended.ALTERED, pretended.MALFORMED, pretended.UNSIGNED)
    posts = [
        {"fault": post.fault, "raw": post.raw.decode(), "signature": post.headers.get("x-notion-signature")}
        for post in subscription.deliver()
    ]
    return {
        "NOTION_URL": served.url,
        "NOTION_DATABASE_ID": films.id,
        "NOTION_VERIFICATION_TOKEN": TOKEN,
        "NOTION_POSTS": json.dumps(posts),
    }


if __name__ == "__main__":
    sys.exit(main())
