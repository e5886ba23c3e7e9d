"""Where the verbs of an English sentence are and who their subjects are, by simple rules."""

from __future__ import annotations

import re
from dataclasses import dataclass

from blocks.domain.planning.verbs import bases_of_past, is_modal, only_past, regular_base, unchanged_bases
from blocks.domain.planning.word_sets import word_set

BE = word_set("am is are was were be been being 's")
HAVE = word_set("have has had having")
ADVERBS = word_set(
    "never always often still also then soon once again already almost even just only rarely seldom sometimes "
    "suddenly now later finally first slowly quickly not ever together itself himself herself themselves eventually"
)
DETERMINERS = word_set(
    "the a an this that these those his her its their my our your some any no every each many few several most all "
    "both another one two three four five six seven eight nine ten hundreds thousands"
)
PREPOSITIONS = word_set(
    "of in on at by for from with without into onto upon over under above below beneath between among through across "
    "along around against toward towards behind beyond beside besides near inside outside during despite within about "
    "after before until since like as than to off up down out past amid throughout"
)
PRONOUNS = word_set("he she it they we you i who which that there nobody somebody everyone nothing everything something")
CONJUNCTIONS = word_set(
    "and but or nor so yet while when whenever as because although though until before after if since where who which "
    "that whose than unless once"
)
RELATIVES = word_set("who which that")
_PLURAL_NOUNS = word_set("people men women children mice geese oxen fishermen police cattle teeth feet whose")
_CLOSE_PREPOSITIONS = word_set(
    "of in on at by for from with without into onto upon to through during despite between among toward towards"
)
"""After these comes a noun, so that a past form is no verb of its own."""
_OF_VERBS = word_set("dream think hear speak know tire learn die warn rob tell complain boast approve")
_OBJECT_FOLLOWS = word_set("up down out off over away")
_NEAR = 3
"""Words between a describing participle and the verb it belongs before."""
_OPEN_PAST = word_set("was were had did")
_SINGULAR_WITH_S = ("ss", "us", "is", "ous")
_PLURAL_STARTS = word_set(
    "some these those many few several both two three four five six seven eight nine ten hundreds thousands most"
)
_SINGULAR_STARTS = word_set("a an this each every one another")
_SINGULAR_PRONOUNS = word_set("he she it who which that nobody somebody everyone nothing everything something")
_PLURAL_PRONOUNS = word_set("they we you")


@dataclass(frozen=True)
class Token:
    """One word of a sentence with the marks around it."""

    before: str
    word: str
    after: str

    @property
    def plain(self) -> str:
        """The word in small letters."""
        return self.word.lower()

    def text(self, word: str | None = None) -> str:
        """Write the token, perhaps with another word."""
        return self.before + (self.word if word is None else word) + self.after


@dataclass(frozen=True)
class Segment:
    """A stretch of a sentence that holds one clause at most: token numbers, end excluded."""

    start: int
    end: int


def tokens_of(sentence: str) -> list[Token]:
    """Split a sentence into words and their marks."""
    found = (re.fullmatch(r"(\W*)(.*?)([^\w%°]*)", piece) for piece in sentence.split())
    return [Token(*match.groups()) for match in found if match]


def segments_of(tokens: list[Token]) -> list[Segment]:
    """Cut a sentence after commas and before conjunctions."""
    cuts = [0]
    for at, token in enumerate(tokens):
        if at and token.plain in CONJUNCTIONS:
            cuts.append(at)
        if token.after and at + 1 < len(tokens) and token.after[-1:] in ",;:":
            cuts.append(at + 1)
    cuts = sorted(set(cuts))
    return [Segment(start, end) for start, end in zip(cuts, [*cuts[1:], len(tokens)], strict=True) if start < end]


def unchanged_verb(tokens: list[Token], segment: Segment) -> int | None:
    """Find a verb whose past is its present (cut, set, put) where a segment has no other past verb; None when there is none."""
    for at in range(segment.start, segment.end):
        before = _previous(tokens, at)
        if (
            tokens[at].plain in unchanged_bases()
            and before not in DETERMINERS | PREPOSITIONS | BE | HAVE
            and not is_modal(before)
        ):
            return at
    return None


def past_verbs(tokens: list[Token], segment: Segment) -> list[int]:
    """Find the past verbs of a segment that are no participles: one, or two where a relative clause shares it."""
    found = [at for at in range(segment.start, segment.end) if _may_be_past(tokens, at)]
    certain = [at for at in found if tokens[at].plain in only_past() | _OPEN_PAST]
    if tokens[segment.start].plain in RELATIVES and len(found) > 1:
        return [found[0], found[-1]]
    if certain:
        is_far = certain[0] - found[0] > _NEAR or _next(tokens, found[0]) in PRONOUNS | DETERMINERS
        is_apart = found[0] != certain[0] and is_far and not _is_participle(tokens, found[0], certain[0])
        return [found[0], certain[0]] if is_apart else certain[:1]
    if len(found) > 1 and _is_participle(tokens, found[0], found[1]):
        return found[1:2]
    return found[:1]


def is_plural_subject(tokens: list[Token], segment: Segment, verb: int) -> bool | None:
    """Tell whether the subject before a verb is plural; None when the segment has none of its own."""
    words = [token.plain for token in tokens[segment.start : verb]]
    if words and words[0] in CONJUNCTIONS - RELATIVES:
        words = words[1:]
    words = [word for word in words if word not in ADVERBS and not (word.endswith("ly") and len(word) > 4)] or []
    if not words:
        return None
    if words[-1] in RELATIVES:
        return _is_plural_before(tokens, segment)
    if words[-1] in _SINGULAR_PRONOUNS:
        return False
    if words[-1] in _PLURAL_PRONOUNS:
        return True
    return _is_plural_phrase(words)


def is_plural_noun(word: str) -> bool:
    """Tell whether a noun looks plural: `waves` and `people` do, `grass` does not."""
    plain = word.lower()
    return plain in _PLURAL_NOUNS or (plain.endswith("s") and not plain.endswith((*_SINGULAR_WITH_S, "'s")) and len(plain) > 2)


def _is_plural_phrase(words: list[str]) -> bool:
    starts = [
        at
        for at, word in enumerate(words)
        if word in DETERMINERS | PRONOUNS and word not in RELATIVES and (at == 0 or words[at - 1] not in PREPOSITIONS)
    ]
    bare = words if words[0] not in PREPOSITIONS else words[-1:]
    phrase = words[starts[-1] :] if starts else bare
    ends = [at for at, word in enumerate(phrase) if at and (word in PREPOSITIONS or (at > 1 and word in bases_of_past()))]
    head = phrase[: ends[0]] if ends else phrase
    if head[0] in _SINGULAR_STARTS:
        return False
    if head[0] in _PLURAL_STARTS or head[0] in _PLURAL_PRONOUNS:
        return True
    return is_plural_noun(head[-1])


def _is_plural_before(tokens: list[Token], segment: Segment) -> bool:
    before = [token.plain for token in tokens[: segment.start]]
    return is_plural_noun(before[-1]) if before else False


def _is_participle(tokens: list[Token], first: int, second: int) -> bool:
    """Tell whether the first of two past forms only describes: the old abandoned village slept, the men trapped inside waited."""
    following = _next(tokens, first)
    if following in PREPOSITIONS | ADVERBS and following not in _OBJECT_FOLLOWS:
        return True
    return following not in DETERMINERS | PRONOUNS and second - first == 2 and bool(following)


def _may_be_past(tokens: list[Token], at: int) -> bool:
    word = tokens[at].plain
    if word not in _OPEN_PAST and word not in bases_of_past() and not regular_base(word):
        return False
    before = _previous(tokens, at)
    if before in BE | HAVE | {"get", "gets", "got", "become", "becomes", "became", "to", "been"} or is_modal(before):
        return False
    follows_article = before in DETERMINERS - {"that", "all", "both", "each", "her", "this", "some", "many", "few", "one"}
    if follows_article or before in _CLOSE_PREPOSITIONS:
        return False
    following = _next(tokens, at)
    is_made_of = following == "of" and bases_of_past().get(word) not in _OF_VERBS
    return word in only_past() | _OPEN_PAST or not (following == "by" or is_made_of)


def _previous(tokens: list[Token], at: int) -> str:
    """Give the word before, adverbs passed over."""
    for token in reversed(tokens[:at]):
        if token.after and token.after[-1:] in ",;:":
            return ""
        if token.plain not in ADVERBS and not (token.plain.endswith("ly") and len(token.plain) > 4):
            return token.plain
    return ""


def _next(tokens: list[Token], at: int) -> str:
    return tokens[at + 1].plain if at + 1 < len(tokens) and not tokens[at].after else ""
