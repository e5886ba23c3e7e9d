"""One line of narration is changed: what the new film costs beyond that line's own recording."""

from __future__ import annotations

from pathlib import Path

from blocks.domain.cut_list import SAMPLE_RATE_HZ
from blocks.domain.editing import build_cut_list
from blocks.domain.products import Product
from blocks.domain.specs import NarrationSpec
from blocks.media.check import check_master
from blocks.media.ffmpeg import find_ffmpeg
from blocks.media.master import assemble_master
from blocks.media.voice import CALM_PACE, speak
from tests.benchmarks.material import Store, board_of, cut_film, footage_of, gather_material
from tests.benchmarks.measuring import Arguments, Cost, Numbers, Work, measure
from tests.benchmarks.report import Section, middle, table, verdict

NAME = "recut"
SCENES = 18
ROUNDS = 3
MOST_CPU_S_A_MINUTE = 5.0
_CHANGED = 6
_NEW_LINE = "What was said here before is now said in other words, and a little sooner."
_RECORDED = "new-line.json"


def record(told: Arguments) -> Work:
    """Speak the new line, in a process of its own: the voice would count as memory of the cut."""
    folder, store = Path(str(told["folder"])), Store(Path(str(told["material"])))

    def work() -> Numbers:
        spoken = folder / "narration.flac"
        words = speak(NarrationSpec(text=_NEW_LINE), spoken, pace=CALM_PACE)
        (folder / _RECORDED).write_text(store.keep(spoken, words).model_dump_json(), encoding="utf-8")
        return {}

    return work


def cut_again(told: Arguments) -> Work:
    """Cut and assemble the film with one new recording."""
    find_ffmpeg()
    folder, store = Path(str(told["folder"])), Store(Path(str(told["material"])))
    material = gather_material(store.folder)
    new = Product.model_validate_json((folder / _RECORDED).read_bytes())
    board, footage = board_of(material, SCENES), footage_of(material, SCENES)
    scenes = list(board.scenes)
    scenes[_CHANGED] = scenes[_CHANGED].model_copy(update={"narration": _NEW_LINE})
    recordings = list(footage.recordings)
    recordings[_CHANGED] = new

    def work() -> Numbers:
        edited = board.model_copy(update={"scenes": tuple(scenes)})
        cut_list = build_cut_list(edited, footage.model_copy(update={"recordings": tuple(recordings)}), material.film)
        assemble_master(cut_list, store.open, folder, "recut")
        return {"seconds": cut_list.samples / SAMPLE_RATE_HZ}

    return work


def check(told: Arguments) -> Work:
    """Measure a film of the same length as the studio does before anybody sees it."""
    find_ffmpeg()
    folder, store = Path(str(told["folder"])), Store(Path(str(told["material"])))
    cut_list = cut_film(gather_material(store.folder), SCENES)
    film = assemble_master(cut_list, store.open, folder, "checked").film

    def work() -> Numbers:
        check_master(film, cut_list, store.open)
        return {"seconds": cut_list.samples / SAMPLE_RATE_HZ}

    return work


def run(folder: Path) -> Section:
    """Measure both."""
    material, work = folder / "material", folder / "films"
    gather_material(material)
    work.mkdir(exist_ok=True)
    measure(record, folder=work, material=material)
    cuts, checks = ([measure(case, folder=work, material=material) for _ in range(ROUNDS)] for case in (cut_again, check))
    rows = [
        _row("cut list, mix, mastering, join, captions, timeline", cuts),
        _row("measuring the film before anybody sees it", checks),
    ]
    found = middle(_a_minute(cost) for cost in cuts)
    return Section(
        NAME,
        "Re-cut: one line of narration changed",
        f"{table(('from the edit to the new film', 'wall s', 'CPU s', 'CPU s per film minute', 'peak MB'), rows)}\n\n"
        f"- {found:.1f} CPU s per finished minute ({verdict(found, most=MOST_CPU_S_A_MINUTE)})\n\n"
        f"A film of {SCENES} scenes and {cuts[0].answer['seconds']:.0f} s; the changed scene's own recording is not counted, "
        f"and no picture is made or encoded again. Measuring decodes every frame of the film once. Median of {ROUNDS} rounds.",
    )


def _row(name: str, costs: list[Cost]) -> tuple[str, ...]:
    wall, cpu = middle(cost.wall_s for cost in costs), middle(cost.cpu_s for cost in costs)
    a_minute, peak = middle(_a_minute(cost) for cost in costs), max(cost.peak_mb for cost in costs)
    return (name, f"{wall:.1f}", f"{cpu:.1f}", f"{a_minute:.1f}", f"{peak:.0f}")


def _a_minute(cost: Cost) -> float:
    return cost.cpu_s / cost.answer["seconds"] * 60
