"""What is left of a film that is given up, where the studio does not take it away: a person has to."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from blocks.domain.publication import Publication, PublicationState, PublishingStep
from blocks.domain.request import VideoName
from blocks.results import publications, queries
from blocks.results.alerts import raise_alert

_ADVICE = "hide or delete the film where it is, if it shall not be seen there"


def tell_leftovers(session: Session, video: VideoName) -> str:
    """Say where a film that is given up is still to be found; alert of what is shown there, or will be. Empty when nowhere.

    Raises:
        BadSpec: there is no such film.
    """
    publish_at = queries.film(session, video).request.publish_at
    told = []
    for one in publications.publications_of(session, video):
        if not one.video_id:
            continue
        message = f"it is still at {one.url or f'{one.account} (its film {one.video_id})'}{_shown(one, publish_at)}"
        told.append(f"{message}: {_ADVICE}")
        if _is_shown(one):
            title = f"{video} was given up and is published"
            raise_alert(session, f"given up {one.number}", video, title, message, advice=_ADVICE)
    return "; ".join(told)


def _is_shown(one: Publication) -> bool:
    return one.state is PublicationState.PUBLISHED or PublishingStep.SHOWN in one.done


def _shown(one: Publication, publish_at: datetime | None) -> str:
    if not _is_shown(one):
        return ", not shown by the studio yet"
    if publish_at is not None and publish_at > datetime.now(UTC):
        return f", and becomes public by itself at {publish_at:%Y-%m-%d %H:%M} UTC"
    return ", shown there as was asked for"
