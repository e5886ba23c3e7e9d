"""How films are usually put together: every clip is encoded again, then joined."""

from __future__ import annotations

from pathlib import Path

from moviepy import AudioFileClip, CompositeAudioClip, VideoFileClip, concatenate_videoclips

from blocks.domain.cut_list import SAMPLE_RATE_HZ, USUAL_PACE, CutList
from blocks.media.ffmpeg import find_ffmpeg, run_ffmpeg
from tests.benchmarks.material import Store, cut_film, gather_material
from tests.benchmarks.measuring import Arguments, Numbers, Work

_EFFECT_DB = -11
_EFFECT_SHARE = 0.28
_ENCODER = ("-preset", "fast", "-crf", "18", "-pix_fmt", "yuv420p")


def reencode(told: Arguments) -> Work:
    """Encode each clip with its sound in one FFmpeg, then join the parts by their packets."""
    folder, cut_list, store = _film(told)

    def work() -> Numbers:
        listed = folder / "parts.txt"
        listed.write_text(
            "".join(f"file '{_encode_part(cut_list, store, folder, place)}'\n" for place in range(len(cut_list.shots)))
        )
        joined = (
            "-f",
            "concat",
            "-safe",
            "0",
            "-i",
            listed,
            "-c",
            "copy",
            "-movflags",
            "+faststart",
            "-y",
            folder / "joined.mp4",
        )
        run_ffmpeg(joined, what="join the parts")
        return {"seconds": cut_list.samples / SAMPLE_RATE_HZ}

    return work


def moviepy(told: Arguments) -> Work:
    """Put the film together with MoviePy, as its documentation does."""
    folder, cut_list, store = _film(told)

    def work() -> Numbers:
        parts = []
        for shot, line, bed in zip(cut_list.shots, cut_list.lines, cut_list.beds, strict=True):
            seconds = float(shot.frames / cut_list.rate)
            words = AudioFileClip(str(store.open(line.recording))).with_start(USUAL_PACE.lead_s)
            sound = AudioFileClip(str(store.open(bed.recording)))
            effect = sound.subclipped(0, min(seconds, sound.duration)).with_volume_scaled(_EFFECT_SHARE)
            picture = VideoFileClip(str(store.open(shot.clip))).subclipped(0, seconds)
            parts.append(picture.with_audio(CompositeAudioClip([words, effect]).with_duration(seconds)))
        film = concatenate_videoclips(parts)
        film.write_videofile(
            str(folder / "moviepy.mp4"),
            codec="libx264",
            audio_codec="aac",
            preset=_ENCODER[1],
            ffmpeg_params=list(_ENCODER[2:]),
            temp_audiofile_path=str(folder),
            logger=None,
        )
        film.close()
        for part in parts:
            part.close()
        return {"seconds": cut_list.samples / SAMPLE_RATE_HZ}

    return work


def _encode_part(cut_list: CutList, store: Store, folder: Path, place: int) -> Path:
    shot, line, bed = cut_list.shots[place], cut_list.lines[place], cut_list.beds[place]
    part = folder / f"part-{place}.mp4"
    mix = (
        f"[1:a]adelay={round(USUAL_PACE.lead_s * 1000)}:all=1,apad[words];[2:a]volume={_EFFECT_DB}dB[effect];"
        "[words][effect]amix=inputs=2:duration=first:normalize=0[sound]"
    )
    inputs = ("-i", store.open(shot.clip), "-i", store.open(line.recording), "-i", store.open(bed.recording))
    sound = ("-c:a", "aac", "-b:a", "192k", "-ar", "48000", "-ac", "2")
    length = ("-t", f"{float(shot.frames / cut_list.rate):.6f}")
    mapped = ("-filter_complex", mix, "-map", "0:v", "-map", "[sound]")
    run_ffmpeg([*inputs, *mapped, *length, "-c:v", "libx264", *_ENCODER, *sound, "-y", part], what="encode a part")
    return part


def _film(told: Arguments) -> tuple[Path, CutList, Store]:
    find_ffmpeg()
    material = Path(str(told["material"]))
    return Path(str(told["folder"])), cut_film(gather_material(material), int(told["scenes"])), Store(material)
