"""What people are told when a film stops: one alert for each cause, however many films it stops."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from blocks.capabilities.maker import Maker
from blocks.channel import Channel
from blocks.domain.request import Quality
from blocks.domain.stages import Step
from blocks.errors import BudgetExceeded, CredentialsRejected, PaymentUnclear, QuotaExhausted, SetupError, TransientError
from blocks.masking import mask
from blocks.results import stops
from blocks.results.alerts import raise_alert
from blocks.results.values import Failure
from blocks.studio import Studio

_LONGEST_STAGE = timedelta(days=1)
"""A stop that was lifted so long ago has nothing to do with a failure of now: no stage takes longer to end."""


def raise_failure_alerts(
    session: Session, studio: Studio, failures: Sequence[tuple[Failure, BaseException]], run: str | None
) -> None:
    """Raise the alerts of items that are not tried again.

    What several films fail by is told once: a budget of a channel once a day, a service that is away, and what the installation
    lacks, once an hour (UTC). All else is told for each item of a run: a run that fails the same way again is told of again.

    Args:
        session: the transaction in which the failures are written down.
        studio: the film.
        failures: what went wrong, as it is written down, each with the error itself.
        run: the flow run in which it went wrong; None outside of one.
    """
    told: dict[str, tuple[str, Failure]] = {}
    for failure, error in failures:
        if not isinstance(error, PaymentUnclear) and not _account_is_stopped(session, studio, failure, error):
            cause, title = _cause_and_title(studio, failure, error, run)
            told.setdefault(cause, (title, failure))
    for cause, (title, failure) in sorted(told.items()):  # in one order, so that two films never wait for each other
        message = f"{studio.video}, {failure.item} (attempt {failure.attempt}), {failure.kind}: {mask(failure.message)}"
        raise_alert(session, cause, studio.video, title, message, advice=failure.action)


def _account_is_stopped(session: Session, studio: Studio, failure: Failure, error: BaseException) -> bool:
    """Tell whether it is that of an account which is stopped: people were told of the stop, and every film fails by it."""
    if not isinstance(error, QuotaExhausted | CredentialsRejected):
        return False
    channel = studio.channel
    makers = (*channel.makers_for(Quality.FINAL), channel.publisher)
    accounts = {account for maker in makers for account in maker.allowances}
    return stops.was_stopped(session, accounts, failure.kind, failure.at - _LONGEST_STAGE)


def _cause_and_title(studio: Studio, failure: Failure, error: BaseException, run: str | None) -> tuple[str, str]:
    video, service, hour = studio.video, _service(studio.channel, Step(failure.step)), f"{failure.at:%Y-%m-%d %H}h"
    match error:
        case BudgetExceeded(resets_at=resets_at) if resets_at is not None:
            cause = f"budget {video.channel} until {resets_at:%Y-%m-%d}"
            return cause, f"the channel {video.channel} has used up its budget of the day: its films stop"
        case BudgetExceeded():
            return f"budget {video} {run}", f"{video} stopped: it would cost more than the channel allows a film"
        case QuotaExhausted() | CredentialsRejected() | TransientError():
            trouble = _trouble(error)
            return f"{trouble}: {service} {hour}", f"{service} {trouble}: films stop at the step {failure.step}"
        case SetupError():
            return f"setup {failure.step} {hour}", f"the installation lacks something: films stop at the step {failure.step}"
        case _:
            return f"failed {video} {failure.step} {failure.item} {run}", f"{video} stopped at {failure.item} ({failure.step})"


def _trouble(error: QuotaExhausted | CredentialsRejected | TransientError) -> str:
    match error:
        case QuotaExhausted():
            return "has no allowance left"
        case CredentialsRejected():
            return "refuses its key"
        case _:
            return "fails again and again"


def _service(channel: Channel, step: Step) -> str:
    """Name whom a step asks, as its lane does: all makers of one service share it."""
    maker: Maker
    match step:
        case Step.STORYBOARD | Step.ANSWER:
            maker = channel.planner
        case Step.STILL:
            maker = channel.image_maker
        case Step.CLIP:
            maker = channel.clip_animator
        case Step.NARRATION:
            maker = channel.narrator
        case Step.EFFECT:
            maker = channel.sound_designer
        case Step.PUBLISHED:
            maker = channel.publisher
        case _:
            return "the studio"
    return maker.lane or maker.kind
