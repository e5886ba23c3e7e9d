"""Every error the studio raises, on one screen.

A message says what was attempted, with which thing, what happened, and what to do about it.
Nobody decides by message text: the class is the decision.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import ClassVar

from blocks.domain.money import Usage
from blocks.domain.problems import Problem


class StudioError(Exception):
    """Anything the studio could not do. Survives pickling with all its fields."""

    advice: ClassVar[str] = "mend what the message names, then run the film again: what is finished is kept"
    """What a person can do about it, once it is not tried again by itself."""

    def __init__(self, message: str, *, usage: Usage | None = None, request_id: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.usage = usage
        """What the failed call was billed anyway; None when nothing was consumed, or, of a job, when it has not ended."""
        self.request_id = request_id
        """The provider's own name for the call, for its support desk."""

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), dict(self.__dict__))

    def __str__(self) -> str:
        return self.message


def _rebuild(kind: type[StudioError], fields: dict[str, object]) -> StudioError:
    error = kind.__new__(kind)
    Exception.__init__(error, fields["message"])
    error.__dict__.update(fields)
    return error


class TransientError(StudioError):
    """The same call may work later; the task tries it again."""

    advice: ClassVar[str] = "run the film again when the service answers: what is finished is kept"


class RateLimited(TransientError):
    """The service asked to wait."""

    def __init__(self, message: str, *, retry_after_s: float | None = None, request_id: str | None = None) -> None:
        super().__init__(message, request_id=request_id)
        self.retry_after_s = retry_after_s
        """Seconds the service asked to wait; None when it did not say."""


class ProviderUnavailable(TransientError):
    """The service is away: a 5xx answer, a time-out, a dropped connection."""


class OutcomeUnknown(TransientError):
    """A paid request was sent and no answer was read: find out what became of it, never repeat it blindly."""

    advice: ClassVar[str] = "run the film again: it finds out first what became of the order, and what is finished is kept"


class JobLate(TransientError):
    """A job that is paid for takes longer than usual; it is asked after again, at no cost, and never ordered twice."""

    advice: ClassVar[str] = "run the film again later: the job is paid for, and is collected when it is done"


class TerminalError(StudioError):
    """The same call can never work; the item stops."""


class BadSpec(TerminalError):
    """What was asked for breaks rules; carries all of them at once."""

    advice: ClassVar[str] = "change what the message names in the request, the storyboard or the channel, then run the film again"

    def __init__(self, message: str, *, problems: tuple[Problem, ...] = (), request_id: str | None = None) -> None:
        super().__init__("\n".join([message, *(f"  - {problem}" for problem in problems)]), request_id=request_id)
        self.problems = problems


class ContentRefused(TerminalError):
    """The provider's safety rules refused the prompt or the picture."""

    advice: ClassVar[str] = "say it in other words: change the item's prompt in the storyboard, then run the film again"


class CredentialsRejected(TerminalError):
    """The key or token was not accepted."""

    advice: ClassVar[str] = (
        "put a valid key into the credentials block that the message names, or run the command that it names; "
        "then run the film again"
    )


class QuotaExhausted(TerminalError):
    """The account's allowance is used up."""

    advice: ClassVar[str] = (
        "run the film again when the allowance is back, or top the account up and run the flow reopen-account first"
    )

    def __init__(
        self, message: str, *, resets_at: datetime | None = None, request_id: str | None = None, account: str = ""
    ) -> None:
        super().__init__(message, request_id=request_id)
        self.resets_at = resets_at
        self.account = account
        """Whose allowance it is, where makers share one; empty for the maker's own."""


class BudgetExceeded(TerminalError):
    """Going on would cost more than the owner allowed; nothing was bought."""

    advice: ClassVar[str] = "raise the budget in the channel, or wait for its next day, then run the film again"

    def __init__(self, message: str, *, resets_at: datetime | None = None) -> None:
        super().__init__(message)
        self.resets_at = resets_at
        """When the allowance begins anew; None when a person must raise it."""


class PaymentUnclear(TerminalError):
    """A job may have been paid for and cannot be found: a person looks at the provider's site and says what became of it."""

    advice: ClassVar[str] = (
        "look at the provider's list of tasks, say in the flow settle-purchase what became of it, then run the film again"
    )


class MediaError(TerminalError):
    """FFmpeg or a codec could not do its work, or a finished file does not measure up."""

    advice: ClassVar[str] = (
        "look at the file and the command that the message names; send a bad item back at its gate, or run the film again"
    )

    def __init__(self, message: str, *, command: str = "", tail: str = "") -> None:
        super().__init__("\n".join(part for part in (message, command, tail) if part))
        self.command = command
        """The exact command as a line that can be pasted into a shell; empty when none was run."""
        self.tail = tail
        """The last lines the program wrote."""


class ProductMissing(TerminalError):
    """A stored file that the results table knows is gone."""

    advice: ClassVar[str] = (
        "run the film again: what is gone is made, and paid for, again; restore the products from a backup to avoid that"
    )

    def __init__(self, message: str, *, path: Path | None = None) -> None:
        super().__init__(message)
        self.path = path


class ReviewRejected(TerminalError):
    """A person said no at a gate; nothing behind that gate was bought."""

    advice: ClassVar[str] = "nothing; start a new run if the film shall be made after all"


class SetupError(TerminalError):
    """The installation lacks something; the message names the command that mends it."""

    advice: ClassVar[str] = "run the command that the message names, then run the film again"
