"""What stands around the scenes of a planned film: title, research, story, style and metadata."""

from __future__ import annotations

from collections.abc import Sequence

from blocks.domain.checks import HOOKS, MAX_TAG_CHARACTERS, MAX_TITLE_CHARACTERS, TEXTURES, tag_characters
from blocks.domain.planning.cast import Player
from blocks.domain.planning.cleaning import clean_phrase
from blocks.domain.planning.scene_words import PLACE_TEXTURES
from blocks.domain.planning.setting import Setting
from blocks.domain.planning.word_sets import word_set
from blocks.domain.scenery import hours, places, seasons, weathers
from blocks.domain.specs import PlanSpec
from blocks.domain.storyboard import Beat, CastMember, Metadata, Research, Scene, Story, Style, VideoPlan

_MAX_FACTS = 8
_MAX_CAST = 4
_FOUND_TITLE_CHARACTERS = 60
_SMALL_WORDS = word_set("a an and as at but by for from in into of on or over the to with")
_DISCLOSURE = "The pictures, the voice and the sound of this film are made by computer."


def find_title(spec: PlanSpec, lines: Sequence[str]) -> str:
    """Give the wished title, else one made of the topic, else of the first line; 1 to 100 characters."""
    wished = clean_phrase(spec.title)
    if wished:
        return _cut(wished, MAX_TITLE_CHARACTERS)
    words = _cut(clean_phrase(spec.topic) or lines[0].rstrip("."), _FOUND_TITLE_CHARACTERS).split()
    titled = [word if at and word.lower() in _SMALL_WORDS else word[0].upper() + word[1:] for at, word in enumerate(words)]
    return " ".join(titled)


def write_video(spec: PlanSpec, title: str, told: Sequence[str], lines: Sequence[str]) -> VideoPlan:
    """Write what the film is; its logline is the beginning and the last thing the story's own words say."""
    own = [text for text in told if text] or [lines[0]]
    return VideoPlan(
        title=title,
        logline=" ".join(dict.fromkeys((own[0], own[-1]))),
        topic=spec.topic.strip() or own[0],
        story_direction=spec.story_direction.strip(),
        language=spec.language,
        target_seconds=spec.target_seconds,
    )


def write_research(told: Sequence[str], lines: Sequence[str], settings: Sequence[Setting]) -> Research:
    """Gather what the direction itself says; the planner looks nothing up."""
    known = [text for text in told if text] or [lines[0]]
    places_used = dict.fromkeys(setting.place for setting in settings)
    offered = [PLACE_TEXTURES[place] for place in places_used]
    textures = [group[at] for at in range(TEXTURES) for group in offered]
    hooks = list(dict.fromkeys([known[0], known[-1], known[len(known) // 2], *lines, *(f"{line} And then?" for line in lines)]))
    summary = " ".join(known[:3])
    if len(hooks) < HOOKS:
        hooks += [f"What follows from this? {lines[0]}", f"It begins here. {lines[0]}"]
    return Research(
        summary=summary,
        textures=tuple(dict.fromkeys(textures))[:TEXTURES],
        facts=tuple(known[:_MAX_FACTS]),
        hooks=tuple(hooks[:HOOKS]),
    )


def write_story(scenes: Sequence[Scene], heroes: Sequence[Player]) -> Story:
    """Tell each beat in the lines of its scenes; a film too short for all five tells the missing ones in its nearest line."""
    told = {beat: " ".join(scene.narration for scene in scenes if scene.beat is beat) for beat in Beat}
    order = list(Beat)
    for at, beat in enumerate(order):
        if not told[beat]:
            nearest = min((other for other in order if told[other]), key=lambda other: abs(order.index(other) - at))
            told[beat] = told[nearest]
    cast = tuple(_introduce(hero, rank) for rank, hero in enumerate(heroes[:_MAX_CAST]))
    return Story(
        setup=told[Beat.SETUP],
        obstacle=told[Beat.OBSTACLE],
        escalation=told[Beat.ESCALATION],
        turn=told[Beat.TURN],
        resolution=told[Beat.RESOLUTION],
        cast=cast,
    )


def write_style(spec: PlanSpec, research: Research) -> Style:
    """Write the one atmosphere; hours and weathers belong to the single pictures and are kept out of it."""
    materials = [texture for texture in research.textures if _is_neutral(texture)]
    mood = (
        f"materials that can be felt, above all {' and '.join(materials[:3])}; " if materials else "materials that can be felt; "
    )
    atmosphere = (
        "Quiet natural light with one warm accent and restrained colour; a faint veil over everything far away; dark shapes "
        f"cut out against a luminous ground; {mood}long distances, 35 mm lens, deep focus, a slow and patient eye."
    )
    return Style(atmosphere=atmosphere, style_pack=spec.style_pack)


def write_metadata(title: str, video: VideoPlan, heroes: Sequence[Player], settings: Sequence[Setting]) -> Metadata:
    """Write what the audience reads."""
    topic = clean_phrase(video.topic)
    names = [hero.name for hero in heroes[:6]]
    offered = [_cut(topic, 60), *names, *dict.fromkeys(str(setting.place) for setting in settings), "documentary", "short film"]
    tags: list[str] = []
    for tag in dict.fromkeys(one.replace(",", " ").strip() for one in offered):
        if tag and tag_characters((*tags, tag)) <= MAX_TAG_CHARACTERS:
            tags.append(tag)
    description = "\n\n".join(part for part in (_cut(video.logline, 1000), topic, _DISCLOSURE) if part)
    return Metadata(title=title, description=description, tags=tuple(tags))


def _introduce(hero: Player, rank: int) -> CastMember:
    roles = ("whom the story follows", "at its side, or in its way")
    name = hero.name if hero.is_named else f"The {hero.name}"
    return CastMember(name=name, role=roles[min(rank, 1)], look=f"{hero.noun}, a strong dark outline against the light")


def _is_neutral(texture: str) -> bool:
    """Tell whether a material names no place, hour, weather or season that a picture would be painted after."""
    return not (places().find(texture) or hours().find(texture) or weathers().find(texture) or seasons().find(texture))


def _cut(text: str, characters: int) -> str:
    """Cut a text at a word so that it has at most so many characters."""
    if len(text) <= characters:
        return text
    return text[: characters + 1].rsplit(" ", 1)[0][:characters].strip(" .,;:-")
