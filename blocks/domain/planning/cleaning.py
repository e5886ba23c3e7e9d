"""Plain sentences out of whatever people paste: Markdown, bullets, headings, links, other scripts."""

from __future__ import annotations

import re
import unicodedata

from blocks.domain.spoken_text import split_sentences

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)|https?://\S+|www\.\S+")
_BULLET = re.compile(
    r"^\s*(?:[-*+•>#=|]+|\d{1,3}[.)]|(?:scene|act|part|chapter|beat|step|shot)\s+[\divx]+\s*[:.)-]*)\s*", re.IGNORECASE
)
_LABEL = re.compile(
    r"^\s*(?:setup|obstacle|escalation|turn|resolution|intro|outro|opening|ending|narration|narrator|story|topic)\s*:\s*",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\s*[(\[{][^()\[\]{}]*[)\]}]")
_DASH = re.compile(r"\s*(?:[—―]|--+|\s[–-]\s)\s*")
_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "“": None, "”": None, '"': None, "«": None, "»": None, "…": ".", "`": None, "*": None, "_": " "}
)
_SPEECH = re.compile(r"[“\"](?=[^”\"\n]*\s[^”\"\n]*\s)[^”\"\n]{8,400}[”\"]")
_MARK = "§"
"""Stands for words somebody says: narration does not quote."""
_UNSPOKEN = re.compile(r"[^§0-9A-Za-zÀ-ÖØ-öø-ÿĀ-ſ.,;:!?'%$€£&/°+\-–\s]")
_LETTER = re.compile(r"[0-9A-Za-zÀ-ÖØ-öø-ÿĀ-ſ]")
_END = ".!?:;"
_MAX_WORD_CHARACTERS = 40


def clean_sentences(text: str) -> list[str]:
    """Give the sentences of a text as plain words in Latin letters, each beginning large and ending with a mark.

    Headings and list entries without a mark are sentences too; links, brackets, quotation marks and symbols are left out.
    """
    sentences: list[str] = []
    for paragraph in _paragraphs(text):
        for words in split_sentences(paragraph):
            if any(_MARK in word for word in words):
                continue
            sentence = tidy_sentence(" ".join(words))
            if sentence:
                sentences.append(sentence)
    return sentences


def clean_phrase(text: str) -> str:
    """Give a short text, such as a topic, as one plain line without a closing mark."""
    return " ".join(_speakable(_LINK.sub(r"\1", text)).split()).strip(" .,;:!?-–'/&")


def tidy_sentence(text: str) -> str:
    """Close a sentence with a mark and begin it with a capital; empty when there is no word in it."""
    plain = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
    plain = re.sub(r"([,;:])[,;:]+", r"\1", plain).strip(" ,;:-–'/&")
    plain = re.sub(r"^[.!?]+\s*", "", plain)
    if not _LETTER.search(plain):
        return ""
    closed = plain if plain[-1] in ".!?" else plain.rstrip(",;:-– ") + "."
    return closed[0].upper() + re.sub(r"([.!?])[.!?]+$", r"\1", closed[1:])


def _paragraphs(text: str) -> list[str]:
    """Join wrapped lines, keep list entries, headings and blank lines apart."""
    paragraphs: list[list[str]] = [[]]
    for line in _SPEECH.sub(_MARK, unicodedata.normalize("NFKC", text)).splitlines():
        plain = _LABEL.sub("", _BULLET.sub("", line))
        is_new = plain != line or not line.strip()
        if is_new or (paragraphs[-1] and paragraphs[-1][-1][-1:] in _END):
            paragraphs.append([])
        plain = _speakable(_BRACKETED.sub("", _LINK.sub(r"\1", plain))).strip()
        if plain:
            paragraphs[-1].append(plain)
        if line.lstrip().startswith("#"):
            paragraphs.append([])
    return [" ".join(lines) for lines in paragraphs if lines]


def _speakable(text: str) -> str:
    plain = _DASH.sub(", ", unicodedata.normalize("NFKC", text).translate(_QUOTES))
    kept = _UNSPOKEN.sub(" ", plain)
    return " ".join(word for word in kept.split() if len(word) <= _MAX_WORD_CHARACTERS)
