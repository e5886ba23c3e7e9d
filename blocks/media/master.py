"""A cut list becomes a film: pictures joined by their packets, sound encoded once, captions and timeline beside it."""

from __future__ import annotations

import errno
import heapq
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet

from blocks.domain.captions import cue_film, write_srt
from blocks.domain.cut_list import CutList
from blocks.domain.frozen import Frozen
from blocks.errors import MediaError
from blocks.media.ffmpeg import render
from blocks.media.join import OpenInput, joined_packets, open_clip
from blocks.media.mix import level_mix, levelled, mix_sound
from blocks.media.recipes import sound_arguments, ticks_a_second
from blocks.media.timeline import export_timeline

CODING_HEADROOM_DB = 1.0
"""The limiter stays this far below the film's peak, because coding adds to peaks: AAC at 192 kbit/s gave up to 0.1 dB on speech,
noise, squares and clicks (2026-11-22); the rest is reserve."""
_MOVIE_CLOCK_HZ = 240_000
"""Whole ticks for every frame of all usual rates, so that edit lists lose nothing."""
_LANGUAGES = {
    "en": "eng", "de": "deu", "fr": "fra", "es": "spa", "it": "ita", "pt": "por", "nl": "nld", "pl": "pol", "sv": "swe",
    "da": "dan", "no": "nor", "fi": "fin", "cs": "ces", "tr": "tur", "ru": "rus", "uk": "ukr", "ja": "jpn", "ko": "kor",
    "zh": "zho", "hi": "hin", "ar": "ara", "id": "ind",
}  # fmt: skip
"""ISO 639-1 to the ISO 639-2 codes that MP4 stores."""


class MasterFiles(Frozen):
    """A finished film and what stands beside it."""

    film: Path
    captions: Path
    """SRT; empty when nothing is said."""
    timeline: Path
    """OpenTimelineIO."""


def assemble_master(cut_list: CutList, open_input: OpenInput, folder: Path, name: str) -> MasterFiles:
    """Assemble a film: `name.mp4`, `name.srt` and `name.otio` in `folder`.

    H.264 packets of the clips as they are, one AAC track at the film's loudness, one soft caption track unless they are
    drawn in, moov before mdat. Memory does not grow with the film; the same inputs give the same film, byte for byte. The film
    appears whole or not at all.

    Args:
        cut_list: the edit; its clips are conformed.
        open_input: gives the local path of a stored file.
        folder: where to write; made when needed. The mix needs 0.4 MB a second of film there while it works.
        name: file name without suffix.

    Raises:
        ProductMissing: a stored file is gone.
        MediaError: a clip must be conformed first, FFmpeg failed, or the disk is full.
    """
    files = MasterFiles(film=folder / f"{name}.mp4", captions=folder / f"{name}.srt", timeline=folder / f"{name}.otio")
    with _disk_errors(f"write the film {files.film.name}"):
        folder.mkdir(parents=True, exist_ok=True)
        files.captions.write_text(write_srt(cue_film(cut_list), cut_list.rate), encoding="utf-8")
        export_timeline(cut_list, open_input, files.timeline)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".assembly-") as bench:
            sound = Path(bench) / "sound.mp4"
            _encode_sound(cut_list, open_input, files.captions, sound)
            _join(cut_list, open_input, sound, Path(bench) / "film.mp4")
            (Path(bench) / "film.mp4").replace(files.film)
    return files


def _encode_sound(cut_list: CutList, open_input: OpenInput, captions: Path, target: Path) -> None:
    mix = mix_sound(cut_list, open_input, target.with_suffix(".f32"))
    curve = level_mix(mix, cut_list.levels.film_lufs, cut_list.levels.peak_dbtp - CODING_HEADROOM_DB)
    has_soft_captions = captions.stat().st_size > 0 and not cut_list.captions_burned
    arguments = sound_arguments(captions if has_soft_captions else None, _language(cut_list))
    render(arguments, target, what="encode the sound of the film", stdin=levelled(mix, curve))
    mix.file.unlink()


def _join(cut_list: CutList, open_input: OpenInput, sound: Path, target: Path) -> None:
    clock = ticks_a_second(cut_list.rate)
    options = {"movflags": "+faststart", "video_track_timescale": str(clock), "movie_timescale": str(_MOVIE_CLOCK_HZ)}
    options["fflags"] = "+bitexact"
    with (
        open_clip(open_input(cut_list.shots[0].clip)) as first,
        av.open(str(sound)) as heard,
        av.open(str(target), "w", options=options) as film,
    ):
        picture = film.add_stream_from_template(first.streams.video[0], time_base=Fraction(1, clock))
        film.metadata.update({"title": cut_list.title})
        tracks = [film.add_stream_from_template(stream) for stream in heard.streams]
        for track in tracks:
            track.metadata["language"] = _language(cut_list)
        sources = [_timed(joined_packets(cut_list, open_input, picture, clock)), _timed(_copied(heard, tracks))]
        for _, packet in heapq.merge(*sources, key=lambda timed: timed[0]):
            film.mux_one(packet)


def _copied(source: InputContainer, tracks: list[Any]) -> Iterator[Packet[Any]]:
    for packet in source.demux():
        if packet.dts is None:
            continue
        packet.stream = tracks[packet.stream_index]
        yield packet


def _timed(packets: Iterator[Packet[Any]]) -> Iterator[tuple[float, Packet[Any]]]:
    for packet in packets:
        yield float((packet.dts or 0) * packet.time_base), packet


def _language(cut_list: CutList) -> str:
    return _LANGUAGES.get(cut_list.language.split("-")[0].lower(), "und")


@contextmanager
def _disk_errors(what: str) -> Iterator[None]:
    """Translate what the operating system and the muxer say."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise MediaError(
                f"the disk is full: could not {what}. Free some space and run again; what is finished is kept"
            ) from error
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise MediaError(f"could not {what}: {reason} ({error.filename or 'no file'})") from error
    except av.FFmpegError as error:
        raise MediaError(f"could not {what}: {error}") from error
