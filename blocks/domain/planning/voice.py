"""Narration's grammar: present tense, third person."""

from __future__ import annotations

import re
from functools import partial

from blocks.domain.planning.clauses import (
    ADVERBS,
    RELATIVES,
    Segment,
    Token,
    is_plural_subject,
    past_verbs,
    segments_of,
    tokens_of,
    unchanged_verb,
)
from blocks.domain.planning.verbs import bases, bases_of_past, is_modal, present_form, regular_base, third_person
from blocks.domain.planning.word_sets import word_set
from blocks.domain.scene_checks import is_kings_number

_TELLER = "the storyteller"
_CONTRACTIONS = (
    (r"\bI'm\b", f"{_TELLER} is"),
    (r"\bI've\b", f"{_TELLER} has"),
    (r"\bI'll\b", f"{_TELLER} will"),
    (r"\bI'd\b", f"{_TELLER} would"),
    (r"\b(?:we|you)'re\b", "people are"),
    (r"\b(?:we|you)'ve\b", "people have"),
    (r"\b(?:we|you)'ll\b", "people will"),
    (r"\b(?:we|you)'d\b", "people would"),
)
_PERSONS = (
    (r"\b(?:between|among) you and me\b", ""),
    (r"\blet(?:'s| us)\b", "people"),
    (r"\b(?:we|us|you)\b", "people"),
    (r"\b(?:our|your)\b", "the"),
    (r"\b(?:ours|yours|mine)\b", "theirs"),
    (r"\b(?:ourselves|yourselves|yourself)\b", "themselves"),
    (r"\bmyself\b", "alone"),
    (r"\bmy\b", f"{_TELLER}'s"),
    (r"\bme\b", _TELLER),
)
_PRESENT_OF_MODAL = {"could": "can", "would": "will"}
_PRESENT_MARKS = word_set("is are am has do does isn't aren't doesn't don't can will cannot")
_NEGATED = {
    "wasn't": ("isn't", "isn't"),
    "weren't": ("aren't", "aren't"),
    "didn't": ("doesn't", "don't"),
    "hadn't": ("hasn't", "haven't"),
}
_OPEN_FORMS = word_set("was were had did")


def to_third_person(sentence: str) -> str:
    """Retell a sentence without I, we and you: `We know the sea` becomes `People know the sea`."""
    text = sentence
    for pattern, said in _CONTRACTIONS:
        text = re.sub(pattern, said, text, flags=re.IGNORECASE)
    text = _agree_teller(_name_teller(text))
    for pattern, said in _PERSONS:
        text = re.sub(pattern, partial(_say_instead, said), text, flags=re.IGNORECASE)
    text = _name_once(" ".join(text.split()), sentence)
    return text[:1].upper() + text[1:]


def to_present(sentence: str) -> str:
    """Retell a sentence in the past as if it happened now; one that is not in the past stays as it is."""
    tokens = tokens_of(sentence)
    words = {token.plain for token in tokens}
    verbs = {segment: past_verbs(tokens, segment) for segment in segments_of(tokens)}
    is_past = any(verbs.values()) or words & set(_NEGATED) or any(_sets_in_past(tokens, segment) for segment in verbs)
    if not is_past or (words & _PRESENT_MARKS and not words & _OPEN_FORMS):
        return sentence
    said = [token.text() for token in tokens]
    number: bool = False
    for segment, found in verbs.items():
        number = _retell_segment(tokens, segment, found, number, said)
    return " ".join(said)


def _retell_segment(tokens: list[Token], segment: Segment, verbs: list[int], number: bool, said: list[str]) -> bool:
    """Write one clause in the present; gives the number of its subject, which the next clause may share."""
    if not verbs:
        same = unchanged_verb(tokens, segment)
        verbs = [] if same is None else [same]
    first = verbs[0] if verbs else None
    for at in range(segment.start, segment.end):
        token = tokens[at]
        plural = is_plural_subject(tokens, segment, at)
        if at == first:
            joined = (
                plural is not None and segment.start > 0 and tokens[segment.start].plain == "and" and _is_list(tokens, segment)
            )
            number = number if plural is None else (plural or joined)
            is_wish = token.plain == "were" and at > 0 and tokens[at - 1].plain in {"it", "he", "she"}
            said[at] = token.text() if is_wish else token.text(_in_case(token, _present(token.plain, number)))
        elif at in verbs:
            number = number if plural is None or tokens[segment.start].plain in RELATIVES else plural
            said[at] = token.text(_present(token.plain, number))
        elif token.plain in _NEGATED:
            number = number if plural is None else plural
            said[at] = token.text(_in_case(token, _NEGATED[token.plain][number]))
        elif token.plain in _PRESENT_OF_MODAL:
            said[at] = token.text(_in_case(token, _PRESENT_OF_MODAL[token.plain]))
    return number


def _sets_in_past(tokens: list[Token], segment: Segment) -> bool:
    """Tell whether one subject does what has no ending: `he set out` is the past, for now he sets out."""
    verb = unchanged_verb(tokens, segment)
    return verb is not None and verb > segment.start and is_plural_subject(tokens, segment, verb) is False


def _present(past: str, plural: bool) -> str:
    if past in {"was", "were"}:
        return "is" if past == "was" else "are"
    base = bases_of_past().get(past) or regular_base(past) or past
    return present_form(base, plural=plural)


def _is_list(tokens: list[Token], segment: Segment) -> bool:
    """Tell whether `and` joins two subjects of one verb: nothing before it is a verb."""
    before = Segment(0, segment.start)
    return not past_verbs(tokens, before) and segment.start <= 4


def _say_instead(said: str, match: re.Match[str]) -> str:
    """Replace a word for a person, but not the country."""
    return match.group() if match.group() == "US" else said


def _name_once(text: str, sentence: str) -> str:
    """Say they for people the second time: `people feel it before they hear it`."""
    first, people, rest = text.partition("people")
    return text if not people or "people" in sentence.lower() else first + people + re.sub(r"\bpeople(?=\s)", "they", rest)


def _name_teller(text: str) -> str:
    """Say the storyteller for I; the I after a king's name stays."""
    told, done, before = "", 0, ""
    for match in re.finditer(r"[\w']+", text):
        if match.group() == "I" and not is_kings_number(before):
            told, done = told + text[done : match.start()] + _TELLER, match.end()
        before = match.group()
    return told + text[done:]


def _agree_teller(text: str) -> str:
    """Let the verb after the storyteller agree: `the storyteller walk` becomes `the storyteller walks`."""
    words = text.split(" ")
    for at in range(len(words) - 2):
        if words[at].lower() == "the" and words[at + 1] == "storyteller":
            verb = at + 2
            while verb < len(words) - 1 and (words[verb] in ADVERBS or words[verb].endswith("ly")):
                verb += 1
            word = words[verb]
            if word == "am":
                words[verb] = "is"
            elif word in bases() and not is_modal(word):
                words[verb] = third_person(word)
    return " ".join(words)


def _in_case(token: Token, word: str) -> str:
    return word.capitalize() if token.word[:1].isupper() else word
