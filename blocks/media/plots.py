"""Pictures of figures, as small PNGs that can be read on a light and on a dark page."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

_FONT = Path(__file__).parent / "fonts" / "SourceSansPro-Semibold.ttf"
_WIDTH_IN = 7.2
_DPI = 150
_INK = "#7e858f"
"""Words and lines: as far from white as from the grey of Prefect's dark pages, 3.8 to 1, which large letters need at least."""
_BLUE, _ORANGE, _GREY = "#3b82f6", "#ea7317", "#8b95a1"
_COLOURS = {"high": _ORANGE, "normal": _BLUE, "low": _GREY}
_BAR = 0.62
_MOST_BARS = 12
_DAYS_APART = 2
"""How far apart the days are whose names are written."""


def draw_queue(queue: pd.DataFrame) -> bytes:
    """Draw how many films wait on each channel, the longest queue on top, as bars of one part for each priority.

    Args:
        queue: a row a channel, a column a priority (`high`, `normal`, `low`), counts. What is beyond twelve rows is drawn as one.
    """
    rows = _longest(queue)
    figure, axes = _canvas(len(rows))
    left = pd.Series(0, index=rows.index)
    for priority in [name for name in _COLOURS if name in rows and rows[name].any()]:
        axes.barh(rows.index, rows[priority], _BAR, left=left, color=_COLOURS[priority], label=priority)
        left = left + rows[priority]
    for channel, films in left.items():
        axes.annotate(f"{films}", (films, channel), (4, 0), textcoords="offset points", va="center", color=_INK, font=_font(12))
    axes.set_xlim(0, left.max() * 1.08)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    _legend(axes)
    return _png(figure)


def draw_days(days: pd.Series, unit: str = "") -> bytes:
    """Draw a number for each day as columns.

    Args:
        days: numbers by day, every day of the span.
        unit: `USD` writes amounts of money above the columns; else whole numbers are written.
    """
    figure = Figure(figsize=(_WIDTH_IN, 2.1))
    axes = _bare(figure)
    places = range(len(days))
    axes.bar(places, days, _BAR, color=_BLUE)
    for place, number in zip(places, days, strict=True):
        if number:
            words = _amount(float(number)) if unit == "USD" else f"{number:.0f}"
            axes.annotate(words, (place, number), (0, 3), textcoords="offset points", ha="center", color=_INK, font=_font(11))
    axes.set_ylim(0, max(float(days.max()), 0.01) * 1.15)
    axes.set_yticks([])
    axes.axhline(0, color=_INK, linewidth=0.8)
    named = [place for place in places if (len(days) - 1 - place) % _DAYS_APART == 0]
    axes.set_xticks(named, [f"{days.index[place]:%-d %b}" for place in named])
    _label(axes)
    return _png(figure)


def draw_pairs(pairs: pd.DataFrame, unit: str) -> bytes:
    """Draw two numbers for each row as bars, one below the other, with the number at their ends.

    Args:
        pairs: a row each, two columns whose names tell them apart. What is unknown is left out.
        unit: `min` or `USD`.
    """
    figure, axes = _canvas(len(pairs) * 1.7)
    highest = max(float(pairs.max().max()), 0.01)
    rows = pairs.iloc[::-1]
    for offset, colour, name in zip((0.2, -0.2), (_BLUE, _GREY), rows.columns, strict=True):
        numbers = rows[name].astype(float)
        places = [place + offset for place in range(len(rows))]
        axes.barh(places, numbers.fillna(0), 0.36, color=colour, label=name)
        for place, number in zip(places, numbers, strict=True):
            if pd.notna(number):
                words = _amount(number) if unit == "USD" else f"{number:,.0f} {unit}" if number >= 10 else f"{number:.1f} {unit}"
                axes.annotate(words, (number, place), (4, 0), textcoords="offset points", va="center", color=_INK, font=_font(11))
    axes.set_yticks(range(len(rows)), list(rows.index))
    axes.set_xlim(0, highest * 1.14)
    axes.set_ylim(-0.5, len(rows) - 0.5)
    _label(axes)
    _legend(axes)
    return _png(figure)


def _longest(queue: pd.DataFrame) -> pd.DataFrame:
    """Order the rows for drawing from the bottom up, the rest below them in one."""
    ordered = queue.loc[queue.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    if len(ordered) > _MOST_BARS:
        rest = ordered.iloc[_MOST_BARS:]
        ordered = pd.concat([ordered.iloc[:_MOST_BARS], rest.sum().to_frame(f"{len(rest)} others").T])
    return ordered.iloc[::-1]


def _canvas(rows: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(_WIDTH_IN, 0.55 + 0.3 * max(rows, 1.5)))
    axes = _bare(figure)
    axes.set_xticks([])
    axes.axvline(0, color=_INK, linewidth=0.8)
    _label(axes)
    return figure, axes


def _bare(figure: Figure) -> Axes:
    FigureCanvasAgg(figure)
    figure.patch.set_alpha(0)
    axes = figure.add_subplot()
    axes.set_facecolor("none")
    axes.set_frame_on(False)
    axes.tick_params(length=0, colors=_INK)
    return axes


def _label(axes: Axes) -> None:
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(_font(12))
        label.set_color(_INK)


def _legend(axes: Axes) -> None:
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        borderaxespad=0.2,
        ncols=len(_COLOURS),
        frameon=False,
        prop=_font(12),
        labelcolor=_INK,
        handlelength=0.9,
        handleheight=0.9,
        handletextpad=0.5,
        columnspacing=1.4,
    )


def _amount(usd: float) -> str:
    return f"${usd:,.0f}" if usd >= 10 else f"${usd:.2f}"


def _font(size_pt: int) -> FontProperties:
    return FontProperties(fname=_FONT, size=size_pt)


def _png(figure: Figure) -> bytes:
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=_DPI, transparent=True, bbox_inches="tight", pad_inches=0.05)
    return written.getvalue()
