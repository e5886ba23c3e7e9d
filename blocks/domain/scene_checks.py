"""The rules for one scene: its seed, its movement, its words and its sound."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blocks.domain.asset_checks import nearest, used_assets
from blocks.domain.camera import find_camera_moves, mentions_camera, split_sentences
from blocks.domain.draft import Draft, Part
from blocks.domain.pacing import MAX_LINE_WORDS, MIN_LINE_WORDS, count_words, scene_seconds
from blocks.domain.problems import Problem
from blocks.domain.storyboard import Asset, AssetKind, CompositeSeed, DirectSeed, GeneratedSeed, Scene, SplitSeed

MIN_MOTION_WORDS = 30
MAX_MOTION_WORDS = 85
MAX_MOTION_CHARACTERS = 2500
MAX_EFFECT_CHARACTERS = 450
MIN_EFFECT_SECONDS = 5
MAX_EFFECT_SECONDS = 10
MAX_CLIP_SECONDS = 15
MAX_FIGURES = 6

_MUSIC_OR_SPEECH = re.compile(
    r"\b(music|musical|soundtrack|melody|melodies|orchestra|orchestral|piano|guitar|violins?|cello|synthesi[sz]ers?"
    r"|choir|lyrics|singer|speech|speaks?|speaking|talks?|talking|dialogue|narrator|narration|voice|voices|voiceover|voice-over"
    r"|conversations?)\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(no|without)\s+(any\s+)?\w+((\s*,\s*|\s+)((no|or|and|and no)\s+)?(music|speech|voices?|talking|dialogue))*", re.IGNORECASE
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_PERSON = re.compile(
    r"(?:i'm|i've|i'll|me|my|mine|we|we're|we've|we'll|us|our|ours|you|you're|you've|you'll|your|yours)", re.IGNORECASE
)

_OPENERS = frozenset(
    {"and", "as", "because", "but", "can", "did", "do", "for", "had", "have", "here", "how", "if", "now", "once", "or", "perhaps"}
    | {"should", "since", "so", "still", "that", "then", "there", "though", "today", "until", "was", "what", "when", "where"}
    | {"which", "while", "who", "why", "will", "would", "yes", "yesterday", "yet"}
)
"""Words that begin sentences and name no king."""


def check_scene(scene: Part[Scene], draft: Draft) -> Iterator[Problem]:
    """Check one scene; the draft is asked for the assets it names and the language."""
    if scene.has("seed"):
        yield from _check_seed(scene, draft)
    if scene.has("motion_prompt"):
        yield from _check_motion(scene)
    if scene.has("narration"):
        yield from _check_narration(scene, draft)
    if scene.has("effect_prompt"):
        yield from _check_effect(scene)
    if scene.has("effect_seconds") and not MIN_EFFECT_SECONDS <= scene.value.effect_seconds <= MAX_EFFECT_SECONDS:
        wanted = f"effect_seconds is {scene.value.effect_seconds:g}; give {MIN_EFFECT_SECONDS} to {MAX_EFFECT_SECONDS}"
        yield Problem(where=scene.where, rule="effect-seconds", message=wanted)
    if scene.has("clip_seconds") and not 1 <= scene.value.clip_seconds <= MAX_CLIP_SECONDS:
        wanted = f"clip_seconds is {scene.value.clip_seconds}; give 1 to {MAX_CLIP_SECONDS}"
        yield Problem(where=scene.where, rule="clip-seconds", message=wanted)


def _check_seed(scene: Part[Scene], draft: Draft) -> Iterator[Problem]:
    seed = scene.value.seed
    assets = {part.value.id: part for part in draft.assets if part.has("id")}
    if draft.has_assets:
        for asset_id in dict.fromkeys(used_assets(scene.value)):
            if asset_id not in assets:
                found = f"its seed names the asset {asset_id}, which does not exist{nearest(asset_id, assets)}"
                yield Problem(where=scene.where, rule="asset-exists", message=found)
    if isinstance(seed, CompositeSeed):
        yield from _check_composite(scene.where, seed, assets)
    if isinstance(seed, DirectSeed | SplitSeed):
        for asset_id in used_assets(scene.value):
            if _is(assets.get(asset_id), transparent=True):
                found = f"{asset_id} is a cut-out with nothing behind it; place it as a figure of a composite seed"
                yield Problem(where=scene.where, rule="seed-ground", message=found)
    if isinstance(seed, GeneratedSeed) and not seed.prompt.strip():
        yield Problem(where=scene.where, rule="seed-prompt", message="the prompt of its generated seed is empty; write it")


def _check_composite(where: str, seed: CompositeSeed, assets: dict[str, Part[Asset]]) -> Iterator[Problem]:
    background = assets.get(seed.background)
    if background is not None and background.has("kind") and background.value.kind is not AssetKind.ENVIRONMENT:
        found = f"its background {seed.background} is a {background.value.kind}; a background is an environment"
        yield Problem(where=where, rule="background-kind", message=found)
    if not 1 <= len(seed.figures) <= MAX_FIGURES:
        found = f"{len(seed.figures)} figures are placed; place 1 to {MAX_FIGURES}, or use a direct seed"
        yield Problem(where=where, rule="figure-count", message=found)
    for asset_id in dict.fromkeys(figure.asset for figure in seed.figures):
        part = assets.get(asset_id)
        if part is not None and part.has("kind") and part.value.kind is AssetKind.ENVIRONMENT:
            found = f"its figure {asset_id} is an environment; figures are characters and props"
            yield Problem(where=where, rule="figure-kind", message=found)
        elif _is(part, transparent=False):
            found = f"its figure {asset_id} is no cut-out; set needs_transparency: true on the asset"
            yield Problem(where=where, rule="figure-transparency", message=found)


def _check_motion(scene: Part[Scene]) -> Iterator[Problem]:
    prompt = scene.value.motion_prompt
    words = count_words(prompt)
    if not MIN_MOTION_WORDS <= words <= MAX_MOTION_WORDS:
        found = f"its motion prompt has {words} words; write {MIN_MOTION_WORDS} to {MAX_MOTION_WORDS}"
        yield Problem(where=scene.where, rule="motion-words", message=found)
    if len(prompt) > MAX_MOTION_CHARACTERS:
        found = f"its motion prompt has {len(prompt)} characters; at most {MAX_MOTION_CHARACTERS} are allowed"
        yield Problem(where=scene.where, rule="motion-characters", message=found)
    sentences = split_sentences(prompt)
    if not sentences:
        return
    if any(mentions_camera(sentence) for sentence in sentences[:-1]):
        found = "its motion prompt speaks of the camera before the last sentence; name one camera move, last"
        yield Problem(where=scene.where, rule="camera-last", message=found)
    yield from _check_move(scene, sentences[-1])


def _check_move(scene: Part[Scene], last_sentence: str) -> Iterator[Problem]:
    moves = find_camera_moves(last_sentence)
    if not moves:
        found = "the last sentence of its motion prompt names no camera move; end with one, as in: The camera pushes in slowly."
        yield Problem(where=scene.where, rule="camera-named", message=found)
    elif len(moves) > 1:
        found = f"its motion prompt names {len(moves)} camera moves ({', '.join(moves)}); keep one"
        yield Problem(where=scene.where, rule="camera-once", message=found)
    elif scene.has("camera_move") and moves[0] is not scene.value.camera_move:
        found = f"its motion prompt ends with {moves[0]} and camera_move is {scene.value.camera_move}; make them equal"
        yield Problem(where=scene.where, rule="camera-match", message=found)


def _check_narration(scene: Part[Scene], draft: Draft) -> Iterator[Problem]:
    line = scene.value.narration
    words = count_words(line)
    if not MIN_LINE_WORDS <= words <= MAX_LINE_WORDS:
        found = f"its narration has {words} {'word' if words == 1 else 'words'}; write {MIN_LINE_WORDS} to {MAX_LINE_WORDS}"
        yield Problem(where=scene.where, rule="narration-words", message=found)
    if "\n" in line.strip():
        yield Problem(where=scene.where, rule="narration-line", message="its narration has a line break; write it on one line")
    if "\u2014" in line:
        found = "its narration has an em dash; use a comma or a full stop"
        yield Problem(where=scene.where, rule="narration-em-dash", message=found)
    person = find_person(line) if not draft.video.has("language") or draft.video.value.language.lower().startswith("en") else ""
    if person:
        found = f"its narration says {person!r}; tell it in the third person"
        yield Problem(where=scene.where, rule="narration-person", message=found)
    if scene.has("clip_seconds") and 1 <= scene.value.clip_seconds < scene_seconds(words):
        needed, clip = f"{scene_seconds(words):.1f} s", f"{scene.value.clip_seconds} s"
        found = f"its words need about {needed} and its clip lasts {clip}; shorten the line or lengthen the clip"
        yield Problem(where=scene.where, rule="narration-fits-clip", message=found)


def find_person(line: str) -> str:
    """Find the first word of an English line that is in the first or second person; empty when there is none.

    Quoted words may say anything, and neither the country US nor the I after a king's name counts.
    """
    before = ""
    for found in re.finditer(r"[\w'’]+", _QUOTED.sub(" ", line)):
        word = found.group()
        first = word == "I" and not is_kings_number(before)
        if first or (word != "US" and _PERSON.fullmatch(word.replace("’", "'"))):
            return word
        before = word
    return ""


def is_kings_number(before: str) -> bool:
    """Tell by the word before whether an I counts kings: after `Charles`, and not after `Here`."""
    return before.istitle() and before.lower() not in _OPENERS


def _check_effect(scene: Part[Scene]) -> Iterator[Problem]:
    prompt = scene.value.effect_prompt
    if not prompt.strip():
        yield Problem(
            where=scene.where, rule="effect-prompt", message="its effect prompt is empty; name 3 or 4 sounds of the place"
        )
    if len(prompt) > MAX_EFFECT_CHARACTERS:
        found = f"its effect prompt has {len(prompt)} characters; at most {MAX_EFFECT_CHARACTERS} are allowed"
        yield Problem(where=scene.where, rule="effect-characters", message=found)
    unwanted = _MUSIC_OR_SPEECH.search(_DENIAL.sub(" ", prompt))
    if unwanted:
        asked = unwanted.group().lower()
        found = f"its effect prompt asks for {asked}; an effect holds only sounds of the place, no music and no speech"
        yield Problem(where=scene.where, rule="effect-ambience", message=found)


def _is(part: Part[Asset] | None, *, transparent: bool) -> bool:
    return part is not None and part.has("needs_transparency") and part.value.needs_transparency is transparent
