"""`python -m tests.emulators`: serve all vendors on this machine, and tell every call and every cent as it comes."""

# ruff: noqa: T201 -- a program for a terminal

from __future__ import annotations

import argparse
import socket
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from tests.emulators.elevenlabs import ElevenLabsEmulator
from tests.emulators.faults import TRANSIENT, Faults
from tests.emulators.gemini import GeminiEmulator
from tests.emulators.kie import KieEmulator
from tests.emulators.kie_hosts import KieFiles, KieUploads
from tests.emulators.kling import KlingEmulator
from tests.emulators.notion import NotionEmulator
from tests.emulators.notion_sample import make_films
from tests.emulators.openai_chat import OpenAIChatEmulator
from tests.emulators.serving import Emulator, serving
from tests.emulators.slack import SECRET, SlackEmulator
from tests.emulators.youtube import YouTubeEmulator

FIRST_PORT = 8601
HOSTS = 10
_LOOK_S = 0.2
"""How often the books are looked at."""


@dataclass(frozen=True)
class Vendors:
    """One emulator of each vendor."""

    gemini: GeminiEmulator
    kie: KieEmulator
    kling: KlingEmulator
    elevenlabs: ElevenLabsEmulator
    chat: OpenAIChatEmulator
    notion: NotionEmulator
    slack: SlackEmulator
    youtube: YouTubeEmulator

    def by_name(self) -> dict[str, Emulator]:
        return {
            "Gemini": self.gemini,
            "KIE": self.kie,
            "Kling": self.kling,
            "ElevenLabs": self.elevenlabs,
            "chat": self.chat,
            "Notion": self.notion,
            "Slack": self.slack,
            "YouTube": self.youtube,
        }


def main() -> int:
    """Serve until Ctrl-C."""
    given = _read_arguments()
    ports = tuple(given.port + number if given.port else 0 for number in range(HOSTS))
    if taken := [port for port in ports if port and not _is_free(port)]:
        print(f"port {taken[0]} is taken: end what uses it, or name others with --port", file=sys.stderr)
        return 1
    vendors = make_vendors(quick=given.quick, seed=given.seed, rate=given.rate)
    try:
        with served(vendors, ports):
            print(how_to_use(vendors), flush=True)
            _tell_calls(vendors)
    except KeyboardInterrupt:
        print("\nstopped")
    return 0


def make_vendors(*, quick: bool, seed: int, rate: float) -> Vendors:
    """Make one emulator of each vendor.

    Args:
        quick: cheap media and no waits; media of the offline makers and a few seconds a job otherwise.
        seed: fixes which calls go wrong.
        rate: share of calls that go wrong in a way that may be over the next time, 0 to 1.
    """

    def plan() -> Faults:
        return Faults(seed=seed, rates=dict.fromkeys(TRANSIENT, rate / len(TRANSIENT)))

    wait_s = 0.0 if quick else 0.6
    job_s = 0.05 if quick else 5.0
    notion = NotionEmulator(faults=plan(), seed=seed, latency_s=wait_s / 2)
    make_films(notion)
    youtube = YouTubeEmulator(faults=plan(), seed=seed, latency_s=wait_s / 2)
    youtube.site.processing_s = job_s
    youtube.issue_token(youtube.add_channel())
    return Vendors(
        gemini=GeminiEmulator(fine=not quick, faults=plan(), latency_s=wait_s),
        kie=KieEmulator(fine=not quick, faults=plan(), dwell_s=job_s),
        kling=KlingEmulator(fine=not quick, faults=plan(), dwell_s=job_s),
        elevenlabs=ElevenLabsEmulator(fine=not quick, faults=plan(), work_s=wait_s),
        chat=OpenAIChatEmulator(faults=plan(), latency_s=wait_s),
        notion=notion,
        slack=SlackEmulator(faults=plan()),
        youtube=youtube,
    )


@contextmanager
def served(vendors: Vendors, ports: tuple[int, ...]):
    """Serve all hosts of all vendors; 0 finds a free port."""
    kie = vendors.kie
    uploads, files = (host(vendor=kie, books=kie.books, faults=kie.faults) for host in (KieUploads, KieFiles))
    others = (vendors.kling, vendors.elevenlabs, vendors.chat, vendors.notion, vendors.slack, vendors.youtube)
    with serving(vendors.gemini, kie, uploads, files, *others, ports=ports):
        kie.upload_url, kie.files_url = uploads.url, files.url
        try:
            yield
        finally:
            kie.stop_callbacks()


def how_to_use(vendors: Vendors) -> str:
    """Say where everything is, and what to put into which block."""
    kling, (voice, spoken_by) = vendors.kling, next(iter(vendors.elevenlabs.voices.items()))
    films = next(iter(vendors.notion.workspace.databases.values()))
    token, grant = next(iter(vendors.youtube.accounts.items()))
    rows = [
        ("Gemini Credentials", f"base_url={vendors.gemini.url} api_key={vendors.gemini.api_key}"),
        ("KIE Credentials", f"base_url={vendors.kie.url} api_key={vendors.kie.api_key}"),
        ("Kling Animator", f"upload_url={vendors.kie.upload_url} (results come from {vendors.kie.files_url})"),
        ("Kling Credentials", f"base_url={kling.url} access_key={kling.access_key} secret_key={kling.secret_key}"),
        ("ElevenLabs Credentials", f"base_url={vendors.elevenlabs.url} api_key={vendors.elevenlabs.api_key}"),
        ("ElevenLabs Narrator", f"voice_id={voice} ({spoken_by})"),
        ("OpenAI Chat Credentials", f"base_url={vendors.chat.url}/v1 api_key={vendors.chat.api_key}"),
        ("OpenAI Chat Planner", f"model={(vendors.chat.models or ('any',))[0]}"),
        ("YouTube Account", f"api_url={vendors.youtube.url} (channel {grant.channel_id}; access token {token})"),
        ("Notion Credentials", f"base_url={vendors.notion.url} token={vendors.notion.token}"),
        ("Notion database", f"database_id={films.id} data_source_id={films.data_source_id} (five drafts)"),
        ("Slack Webhook", f"url={vendors.slack.url}/services/{SECRET}"),
    ]
    lines = [f"  {block:<24} {settings}" for block, settings in rows]
    return "\n".join(["Emulated vendors on this machine; nothing costs anything. Ctrl-C stops. Put into the blocks:", *lines, ""])


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.emulators", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="cheap media and no waits")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="which calls go wrong")
    parser.add_argument(
        "--rate", type=float, default=0.0, metavar="SHARE", help="how many calls go wrong, 0 to 1 (default: none)"
    )
    parser.add_argument(
        "--port", type=int, default=FIRST_PORT, help=f"first of {HOSTS} ports (default: {FIRST_PORT}); 0 finds free ones"
    )
    given = parser.parse_args()
    if not 0 <= given.rate <= 1:
        parser.error("--rate is a share, 0 to 1")
    return given


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _tell_calls(vendors: Vendors) -> None:
    """Print what is new in the books, for ever."""
    told = dict.fromkeys(vendors.by_name(), (0, 0))
    while True:
        for name, vendor in vendors.by_name().items():
            calls, charges = list(vendor.books.calls), list(vendor.books.charges)
            for call in calls[told[name][0] :]:
                print(f"{time.strftime('%H:%M:%S')}  {name:<10}  {call.method:<4} {call.path}")
            for charge in charges[told[name][1] :]:
                total = sum((one.books.total_usd for one in vendors.by_name().values()), Decimal(0))
                print(f"{'':8}  {name:<10}  ${charge.usd:.4f} for {charge.endpoint}; ${total:.4f} in all")
            told[name] = len(calls), len(charges)
        sys.stdout.flush()
        time.sleep(_LOOK_S)


if __name__ == "__main__":
    sys.exit(main())
