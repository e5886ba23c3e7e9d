"""Directions to a film maker retold as statements: `Show how the pack hunts` becomes `The pack hunts`."""

from __future__ import annotations

import re

from blocks.domain.planning.clauses import DETERMINERS, PREPOSITIONS, PRONOUNS, is_plural_noun
from blocks.domain.planning.verbs import bases, bases_of_gerund, bases_of_past, bases_of_third_person, is_modal, present_form

_LEAD = r"(?:(?:please|then|next,?|finally,?|first,?|now,?|also,?|in the end,?|at the end,?|we should|you should|we)\s+)*"
_PIECE = r"film|story|video|documentary|narration|episode|opening|ending|final scene|first scene|last scene|scene|camera"
_FILM = rf"(?:the|this|our|a)\s+(?:short\s+)?(?:{_PIECE})"
_WISH = r"(?:(?:should|must|will|can)\s+)?"
_STAGE = re.compile(
    rf"^{_LEAD}(?:{_FILM}\s+{_WISH})?"
    r"(?:open|begin|start|close|end|finish|conclude|build|lead|cut|return|move|zoom|linger|focus|dwell)(?:s|ing)?"
    rf"(?:\s+(?:{_FILM}|it))?(?:\s+(?:up|in|back|out))?"
    r"\s+(?:with|on|at|by showing|by|to|toward|towards|from|over)\s+(?P<what>.+)$",
    re.IGNORECASE,
)
_SHOW = re.compile(
    rf"^{_LEAD}(?:{_FILM}\s+{_WISH})?"
    r"(?:show|follow|see|watch|depict|present|introduce|picture|imagine|film|reveal|portray|capture|feature|meet|visit|describe|explore|"
    r"explain|tell|recount|narrate|trace|learn|discover)(?:s|ing)?\s+"
    r"(?:(?:about|us|viewers|the viewer|the audience|people)\s+)*(?P<what>.+)$",
    re.IGNORECASE,
)
_LET = re.compile(rf"^{_LEAD}let\s+(?P<what>.+)$", re.IGNORECASE)
_PRAISE = r"^(?:the\s+|a\s+)?(?:(?:true|long|whole|incredible|remarkable|short|full)\s+)*"
_TALE = re.compile(
    _PRAISE + r"(?:story|tale|journey|life|history|fate|struggle|moment|idea|fact)\s+(?:of\s+)?(?=how|why|that|what|when|where)",
    re.IGNORECASE,
)
_TALE_OF = re.compile(_PRAISE + r"(?:story|tale|fate)\s+of\s+", re.IGNORECASE)
_WONDER = re.compile(r"^(?:how|why|that|when|where|as)\s+(?=\S+\s+\S)", re.IGNORECASE)
_META = re.compile(
    r"^(?:please\s+)?(?:"
    r"make (?:it|sure|this|the (?:film|video|tone|mood))|keep (?:it|the (?:tone|film|mood|narration|pace))|"
    r"use (?:a|an|the|no|only|slow) |"
    r"avoid |do not |don't |emphasi[sz]e|highlight|mention|include|add |remember to|note:|"
    r"(?:the )?(?:tone|style|mood|pace|length|duration|format)(?: is|:| should| must)|no music|"
    r"narrat(?:e|ion) (?:in|should|must)|"
    rf"{_FILM} (?:should|must|needs|has to|is about|will)|end where|i want|we want|i would like|"
    r"write |give (?:it|the film)|structure |the viewer|viewers should|the audience)",
    re.IGNORECASE,
)
_AS = re.compile(r"^(?P<who>.+?)\s+(?:as|while)\s+(?:he|she|it|they)\s+(?P<does>.+)$", re.IGNORECASE)
_WHO = re.compile(r"^(?P<who>[^,]+?),?\s+(?P<link>who|which|that)\s+(?P<does>.+)$", re.IGNORECASE)
_AND_VERB = re.compile(r"(?P<lead>\band (?:\w+ly |never |then |still )?)(?P<verb>[a-z]+)\b")


def to_statement(sentence: str) -> str:
    """Retell a direction as a statement; empty when it only speaks of the film's making. Any other sentence stays as it is."""
    body, mark = sentence.rstrip(".!?"), sentence[-1:]
    for pattern in (_STAGE, _SHOW, _LET):
        match = pattern.match(body)
        if match and not _is_story(body):
            told = _tell(match.group("what").strip(" ,:;"))
            return f"{told[0].upper()}{told[1:]}." if told else ""
    if _META.match(body):
        return ""
    return body + (mark if mark in ".!?" else ".")


def has_verb(text: str) -> bool:
    """Tell whether a text seems to hold a verb, so that it can stand as a sentence."""
    words = re.findall(r"[a-z']+", text.lower())
    finite = {"is", "are", "am", "was", "were", "has", "have", "had", "do", "does", "did", "be"}
    return any(
        word in finite
        or is_modal(word)
        or word.endswith(("n't", "'s", "'re"))
        or word in bases_of_past()
        or (at > 0 and (word in bases_of_third_person() or word in bases()) and words[at - 1] not in DETERMINERS | PREPOSITIONS)
        for at, word in enumerate(words)
    )


def _is_story(body: str) -> bool:
    """Tell whether the sentence is narration that only looks like a direction: `Trace metals follow the current`."""
    first = body.split(maxsplit=1)[0].lower()
    return (
        first in DETERMINERS | PRONOUNS
        and not re.match(rf"^{_LEAD}{_FILM}\s", body, re.IGNORECASE)
        and not first.startswith("we")
    )


def _tell(what: str) -> str:
    """Make a statement of what is to be shown."""
    what = _TALE_OF.sub("", _TALE.sub("", what))
    told = _WONDER.sub("", what)
    if told != what:
        return told
    match = _AS.match(what)
    if match:
        return _say(match.group("who"), match.group("does"))
    moving = _gerund_at(what)
    if moving is not None:
        words = what.split()
        base = bases_of_gerund()[words[moving].lower().strip(",")]
        who = " ".join(words[:moving])
        return f"{who} {present_form(base, plural=_is_plural(who))} {' '.join(words[moving + 1 :])}".strip()
    return _tell_subject(what)


def _tell_subject(what: str) -> str:
    """Make a statement of a subject with a relative clause, a verb of its own, or nothing at all."""
    match = _WHO.match(what)
    is_described = match is not None and match.group("does").split()[0].lower() in DETERMINERS | PRONOUNS
    if match and not is_described:
        return _say(match.group("who"), match.group("does"))
    if not is_described:
        told = what if has_verb(what) and not _starts_bare(what) else _bare_verb(what)
        if told:
            return told
    return f"Here {'are' if _is_plural(what) else 'is'} {what}"


def _say(who: str, does: str) -> str:
    """Join a subject to what it does, the verb agreeing: `a wolf`, `cross the valley` gives `a wolf crosses the valley`."""
    first, _, rest = does.partition(" ")
    word = first.lower()
    if word in bases():
        first = present_form(word, plural=_is_plural(who))
    elif word in bases_of_third_person() and _is_plural(who):
        first = bases_of_third_person()[word]
    return f"{who.rstrip(',')} {first} {rest}".strip()


def _gerund_at(what: str) -> int | None:
    """Find the word in -ing that says what the subject does: after a noun, not after a preposition or an article."""
    words = what.split()
    for at in range(1, len(words)):
        word, before = words[at].lower().strip(","), words[at - 1].lower()
        if word in bases_of_gerund() and before not in PREPOSITIONS | DETERMINERS and not before.endswith(","):
            return at
        if word in bases_of_third_person() or word in {"is", "are"} or is_modal(word):
            return None
    return None


def _bare_verb(what: str) -> str:
    """Let a subject do what `let` asked of it: `the river teach her` gives `the river teaches her`; empty without a verb."""
    words = what.split()
    for at in range(1, len(words)):
        word = words[at].lower().strip(",")
        if word in bases() and words[at - 1].lower() not in DETERMINERS | PREPOSITIONS:
            who, does = " ".join(words[:at]), " ".join(words[at:])
            return _say(who, does if _is_plural(who) else _AND_VERB.sub(_agree, does))
    return ""


def _agree(match: re.Match[str]) -> str:
    verb = match.group("verb")
    return match.group("lead") + (present_form(verb, plural=False) if verb in bases() else verb)


def _starts_bare(what: str) -> bool:
    """Tell whether the first verb after the subject is bare and has to agree."""
    for at, word in enumerate(what.lower().split()):
        plain = word.strip(",")
        if at and plain in bases_of_third_person():
            return False
        if plain in {"is", "are", "has", "have", "was", "were"} or is_modal(plain):
            return False
        if at and plain in bases():
            return True
    return False


def _is_plural(who: str) -> bool:
    """Tell whether a subject is plural by its article and the noun before its first preposition."""
    words = [word.strip(",") for word in who.lower().split()]
    if words and words[0] in {"a", "an", "one", "this", "each", "every"}:
        return False
    ends = [at for at, word in enumerate(words) if at and word in PREPOSITIONS]
    head = words[: ends[0]] if ends else words
    return bool(head) and ("and" in head or is_plural_noun(head[-1]))
