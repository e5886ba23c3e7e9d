"""The words on a film that say how it was made, for people who look at it."""

from __future__ import annotations

from blocks.domain.cut_list import CutList, Label, Reason, Shot
from blocks.domain.time import frames_covering

LABEL_S = 5
"""How long the label is shown, from the first scene on."""
_WORDS = {
    "en": "Made with AI",
    "de": "KI-generiert",
    "fr": "Créé avec l'IA",
    "es": "Creado con IA",
    "it": "Creato con l'IA",
    "pt": "Criado com IA",
    "nl": "Gemaakt met AI",
    "sv": "Skapad med AI",
    "da": "Lavet med AI",
    "no": "Laget med KI",
    "nb": "Laget med KI",
    "fi": "Tehty tekoälyllä",
    "pl": "Stworzono z AI",
    "cs": "Vytvořeno pomocí AI",
    "el": "Φτιαγμένο με ΤΝ",
    "uk": "Створено з ШІ",
    "ru": "Создано с ИИ",
}


def label_words(language: str) -> str:
    """Give the label in a film's language, a BCP 47 tag such as `de-AT`; in English where it is not known."""
    return _WORDS.get(language.partition("-")[0].lower(), _WORDS["en"])


def with_label(cut_list: CutList, words: str) -> CutList:
    """Put a label on the first seconds of a film, after its intro; the shots it touches are to be conformed, the others stay.

    Args:
        cut_list: the edit as built.
        words: what the label says.
    """
    start = next((first for shot, first in zip(cut_list.shots, cut_list.starts, strict=True) if shot.scene > 0), 0)
    label = Label(text=words, start_frame=start, end_frame=min(start + frames_covering(LABEL_S, cut_list.rate), cut_list.frames))
    labelled = cut_list.model_copy(update={"label": label})
    shots = tuple(
        shot.model_copy(update={"conform": (*shot.conform, Reason.LABEL)}) if label_of(labelled, shot) else shot
        for shot in cut_list.shots
    )
    return labelled.model_copy(update={"shots": shots})


def label_of(cut_list: CutList, shot: Shot) -> Label | None:
    """Give the part of the label that one shot shows, counted from its own first frame; None for none.

    It fades in and out where it begins and ends, and not at a cut in between.
    """
    label = cut_list.label
    if label is None:
        return None
    start = next(first for other, first in zip(cut_list.shots, cut_list.starts, strict=True) if other.scene == shot.scene)
    end = start + shot.frames
    if label.end_frame <= start or label.start_frame >= end:
        return None
    return Label(
        text=label.text,
        start_frame=max(label.start_frame, start) - start,
        end_frame=min(label.end_frame, end) - start,
        fades_in=label.fades_in and label.start_frame >= start,
        fades_out=label.fades_out and label.end_frame <= end,
    )
