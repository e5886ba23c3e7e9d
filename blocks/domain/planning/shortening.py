"""Long sentences cut where grammar lets them be cut."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from blocks.domain.pacing import count_words
from blocks.domain.planning.clauses import DETERMINERS, PREPOSITIONS, PRONOUNS
from blocks.domain.planning.cleaning import tidy_sentence
from blocks.domain.planning.directions import has_verb
from blocks.domain.planning.verbs import bases_of_past, bases_of_third_person
from blocks.domain.planning.word_sets import word_set

_MIN_PART_WORDS = 4
_MAX_SUBJECT_WORDS = 4
_OPENS = r"(?:the|a|an|he|she|it|they|there|no|every|his|her|its|their|nobody|one|two|at|in|on|within|after|only|then)\s"
_BREAK = re.compile(rf"\s*[;:]\s+|,\s+(?=(?:but|so|yet)\s)|,\s+(?=and\s+{_OPENS})")
_SOFT_BREAK = re.compile(rf",?\s+(?=(?:and|but)\s+{_OPENS})|,?\s+(?=(?:until|while|because|although)\s+{_OPENS})")
_RESUMED: Mapping[str, str] = MappingProxyType(
    {"and": "", "until": "Then", "while": "Meanwhile", "because": "", "although": "Yet"}
)
"""How a clause begins once it stands alone."""
_HEAD = re.compile(r",|\s(?:and|or|but)\s")
_ASIDE = re.compile(
    r",\s+(?:which|who|whose|where|including|such as|known|called|named|like)\s[^,]*,\s*"
    r"|,\s+(?:however|of course|in fact|for example|indeed),\s*"
)
_TRAILING = word_set("because although though while when where which who whose as after before until since unless if so")
_CUT_BEFORE = _TRAILING | word_set(
    "with without through across during despite into onto toward towards against among between beyond behind beneath "
    "along around over under inside outside throughout amid past from"
)
_WEAK_CUTS = word_set("in on at by for near to and or")
_DANGLING = (
    DETERMINERS
    | PREPOSITIONS
    | word_set(
        "and or but nor so yet to be is are was were has have can will must may that which who whose when while as if "
        "very more most"
    )
    | word_set("not only also called named known")
)
_CLINGING = word_set(
    "depend depends belong belongs consist consists rely relies lead leads look looks listen listens refer refers end "
    "ends begin begins"
)


def split_once(sentence: str) -> list[str]:
    """Give a sentence as two where it holds two; else the sentence alone."""
    for cut in (_BREAK, _SOFT_BREAK):
        parts = _split_near_middle(sentence, cut)
        if parts:
            return parts
    return _split_deeds(sentence) or [sentence]


def split_long(sentence: str, max_words: int) -> list[str]:
    """Give a sentence as parts of at most `max_words` words each, in order, every part a sentence of its own."""
    if count_words(sentence) <= max_words:
        return [sentence]
    parts = split_once(sentence)
    if len(parts) > 1:
        return [piece for part in parts for piece in split_long(part, max_words)]
    return [shorten(sentence, max_words)]


def shorten(sentence: str, max_words: int) -> str:
    """Give a sentence of at most `max_words` words that keeps the beginning, cut where a phrase ends."""
    plain = tidy_sentence(_ASIDE.sub(" ", sentence))
    if count_words(plain) <= max_words:
        return plain
    words = plain.rstrip(".!?").split()
    at = _best_cut(words, max_words)
    kept = words[:at]
    while len(kept) > 1 and _bare(kept[-1]) in _DANGLING:
        kept.pop()
    return tidy_sentence(" ".join(kept))


def _split_near_middle(sentence: str, cut: re.Pattern[str]) -> list[str]:
    """Split at the fitting place nearest to the middle; empty when no place leaves two sentences."""
    middle = len(sentence) / 2
    for match in sorted(cut.finditer(sentence), key=lambda one: abs(one.start() - middle)):
        left, right = sentence[: match.start()], sentence[match.end() :]
        right = _resume(right)
        is_hard = ";" in match.group() or ":" in match.group()
        stand_alone = is_hard or (has_verb(left) and has_verb(_HEAD.split(right)[0]) and not _opens_bare(left))
        if min(count_words(left), count_words(right)) >= _MIN_PART_WORDS and stand_alone:
            return [tidy_sentence(left), tidy_sentence(right)]
    return []


def _split_deeds(sentence: str) -> list[str]:
    """Split what one subject does and does next: `It hatches there and drifts north` gives `It drifts north` as the second."""
    words = sentence.rstrip(".!?").split()
    for at in range(len(words) - _MIN_PART_WORDS, _MIN_PART_WORDS - 1, -1):
        if _bare(words[at]) == "and" and _is_finite(_bare(words[at + 1])) and at + 1 < len(words) - 1:
            subject = _subject_of(words[:at])
            if subject and _bare(words[at - 1]) not in _DANGLING:
                return [tidy_sentence(" ".join(words[:at])), tidy_sentence(" ".join([subject, *words[at + 1 :]]))]
    return []


def _subject_of(words: list[str]) -> str:
    """Give who acts at the beginning of a sentence: its pronoun, or its first few words with an article; empty when unclear."""
    verb = next((at for at, word in enumerate(words) if at and _is_finite(_bare(word))), 0)
    before = [_bare(word) for word in words[:verb]]
    if not before or words[verb - 1][-1] in ",;:":
        return ""
    if before[-1] in {"he", "she", "it", "they"}:
        return before[-1].capitalize()
    if before[0] in {"the", "a", "an"} and len(before) <= _MAX_SUBJECT_WORDS and not set(before) & PREPOSITIONS:
        return " ".join(["The", *words[1:verb]])
    return ""


def _is_finite(word: str) -> bool:
    return word in bases_of_third_person() or word in bases_of_past() or word in {"is", "are", "has", "have"}


def _resume(clause: str) -> str:
    """Let a clause begin a sentence: `until his partner sues him` becomes `Then his partner sues him`."""
    first, _, rest = clause.partition(" ")
    word = first.lower()
    if word not in _RESUMED:
        return clause
    rest = re.sub(r"^(?:then|so)\s+", "", rest) if word == "and" else rest
    return f"{_RESUMED[word]} {rest}".strip()


def _opens_bare(left: str) -> bool:
    """Tell whether the left part alone would wait for its main clause: `When the storm comes`."""
    return _bare(left.split(maxsplit=1)[0]) in _TRAILING


def _best_cut(words: list[str], max_words: int) -> int:
    """Find where to end: at a comma or before a phrase, as late as possible, with a verb in what stays."""
    least = min(8, max_words)
    for strength in (0, 1, 2):
        for at in range(min(max_words, len(words) - 1), least - 1, -1):
            if _cut_strength(words, at) == strength and has_verb(" ".join(words[:at])):
                return at
    return max_words


def _cut_strength(words: list[str], at: int) -> int | None:
    before, following = words[at - 1], _bare(words[at])
    if _bare(before) in _DANGLING | _CLINGING:
        return None
    if before[-1] in ",;:" and following not in {"and", "or"}:
        return 0
    if following in _CUT_BEFORE:
        return 1
    return 2 if following in _WEAK_CUTS - {"or"} and following != "to" and _bare(before) not in PRONOUNS else None


def _bare(word: str) -> str:
    return word.strip(".,;:!?'").lower()
