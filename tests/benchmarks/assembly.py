"""Assembly against the least that any way must do, and against the usual ways, on the same clips."""

from __future__ import annotations

from pathlib import Path

from blocks.domain.cut_list import SAMPLE_RATE_HZ, CutList
from blocks.media.decode import decode_sound
from blocks.media.ffmpeg import find_ffmpeg, run_ffmpeg
from blocks.media.master import assemble_master
from blocks.media.recipes import sound_arguments
from tests.benchmarks.material import CLIP_SECONDS, Store, cut_film, gather_material
from tests.benchmarks.measuring import Arguments, Cost, Numbers, Work, measure
from tests.benchmarks.report import Section, middle, table, verdict
from tests.benchmarks.usual_ways import moviepy, reencode

NAME = "assembly"
ROUNDS = {18: 3, 72: 2, 180: 2}
"""How often each length is measured: ours and the limit take turns, so that both meet the same machine."""
USUAL_SCENES = 3
MOST_LIMITS = 1.5
LEAST_SAVING = 40
MOST_MB = 400


def ours(told: Arguments) -> Work:
    """Assemble a film as the studio does."""
    folder, cut_list, store = _film(told)

    def work() -> Numbers:
        assemble_master(cut_list, store.open, folder, "ours")
        return {"seconds": cut_list.samples / SAMPLE_RATE_HZ}

    return work


def limit(told: Arguments) -> Work:
    """Copy the same packets and encode the same sound once, in one FFmpeg: the least a film can cost; its cuts are not exact."""
    folder, cut_list, store = _film(told)
    sound, listed = folder / "sound.f32", folder / "clips.txt"
    with sound.open("wb") as stream:
        for piece in decode_sound(folder / "ours.mp4", 2):
            stream.write(piece.data)
    step = 1 / cut_list.rate
    shots = (f"file '{store.open(shot.clip)}'\noutpoint {float(shot.frames * step):.6f}\n" for shot in cut_list.shots)
    listed.write_text("".join(shots), encoding="utf-8")
    pictures = ("-f", "concat", "-safe", "0", "-i", listed)
    inputs, encoder = sound_arguments(None, "eng")[:8], sound_arguments(None, "eng")[10:]
    arguments = [*pictures, *inputs, "-map", "0:v", "-map", "1:a", "-c:v", "copy", *encoder]

    def work() -> Numbers:
        with sound.open("rb") as stream:
            run_ffmpeg(
                [*arguments, "-movflags", "+faststart", "-y", folder / "limit.mp4"],
                what="copy the packets",
                stdin=iter(lambda: stream.read(1 << 20), b""),
            )
        return {"seconds": cut_list.samples / SAMPLE_RATE_HZ}

    return work


def run(folder: Path) -> Section:
    """Measure all of it."""
    material = folder / "material"
    gather_material(material)
    work = folder / "films"
    work.mkdir(exist_ok=True)
    usual = {
        "re-encode each clip, then join": measure(reencode, scenes=USUAL_SCENES, folder=work, material=material),
        "MoviePy 2.2": measure(moviepy, scenes=USUAL_SCENES, folder=work, material=material),
    }
    rows, findings = [], []
    for scenes, rounds in ROUNDS.items():
        pairs = [
            tuple(measure(case, scenes=scenes, folder=work, material=material) for case in (ours, limit)) for _ in range(rounds)
        ]
        mine, least = (_typical(costs) for costs in zip(*pairs, strict=True))
        seconds = mine.answer["seconds"]
        ratio = middle(own.cpu_s / bound.cpu_s for own, bound in pairs)
        rows += [
            _row(f"**{scenes} scenes, {seconds:.0f} s: ours**", mine, f"{ratio:.2f}", "1"),
            _row("the limit: packet copy + one AAC encode", least, "1", f"{least.cpu_s / mine.cpu_s:.2f}"),
        ]
        savings = []
        for name, cost in usual.items():
            scaled = _scaled(cost, seconds)
            savings.append(scaled.cpu_s / mine.cpu_s)
            rows.append(_row(f"{name} (scaled)", scaled, f"{scaled.cpu_s / least.cpu_s:.0f}", f"{savings[-1]:.0f}"))
        findings.append(
            f"- {scenes} scenes: {ratio:.2f} times the CPU of the limit ({verdict(ratio, most=MOST_LIMITS)}); "
            f"{min(savings):.0f} times less CPU than the cheaper usual way ({verdict(min(savings), least=LEAST_SAVING)})"
        )
    findings.append(f"- memory at {scenes} scenes: {mine.peak_mb:.0f} MB ({verdict(mine.peak_mb, most=MOST_MB)})")
    head = ("way", "wall s", "CPU s", "CPU s per film minute", "peak MB", "CPU / limit", "CPU / ours")
    return Section(NAME, "Assembly", f"{table(head, rows)}\n\n" + "\n".join(findings) + f"\n\n{_NOTES}")


_NOTES = f"""All ways read the same 1080p24 clips (six of {CLIP_SECONDS} s from one painted place, used in turn) and the full
sample's own 18 narrations and ambiences. Ours mixes, ducks, masters to -14 LUFS, writes captions and a timeline; the limit does
none of that: it copies the packets with FFmpeg's concat demuxer (whose cuts are not exact to the frame) and encodes a finished
sound with the same AAC settings. The usual ways use x264 `fast` at CRF 18; they were measured on {USUAL_SCENES} scenes and scaled
by film seconds, and their memory is as measured there. CPU is user and system time of the process and all its children, without
starting Python; memory is that of all processes together, at the worst moment. Median of {ROUNDS[18]}, {ROUNDS[72]} and
{ROUNDS[180]} rounds."""


def _film(told: Arguments) -> tuple[Path, CutList, Store]:
    find_ffmpeg()
    material = Path(str(told["material"]))
    return Path(str(told["folder"])), cut_film(gather_material(material), int(told["scenes"])), Store(material)


def _typical(costs: tuple[Cost, ...]) -> Cost:
    return Cost(
        wall_s=middle(cost.wall_s for cost in costs),
        cpu_s=middle(cost.cpu_s for cost in costs),
        child_cpu_s=middle(cost.child_cpu_s for cost in costs),
        peak_mb=max(cost.peak_mb for cost in costs),
        answer=costs[0].answer,
    )


def _scaled(cost: Cost, seconds: float) -> Cost:
    by = seconds / cost.answer["seconds"]
    return Cost(cost.wall_s * by, cost.cpu_s * by, cost.child_cpu_s * by, cost.peak_mb, {"seconds": seconds})


def _row(name: str, cost: Cost, limits: str, own: str) -> tuple[str, ...]:
    a_minute = cost.cpu_s / cost.answer["seconds"] * 60
    return (name, f"{cost.wall_s:.1f}", f"{cost.cpu_s:.1f}", f"{a_minute:.1f}", f"{cost.peak_mb:.0f}", limits, own)
