"""Clip animators whose service takes an order now and delivers later."""

from __future__ import annotations

from abc import abstractmethod

from blocks.capabilities.bench import Bench, Made
from blocks.capabilities.clip_animator import ClipAnimator
from blocks.capabilities.purchase import Purchase
from blocks.domain.money import Ticket
from blocks.domain.specs import ClipSpec


class ClipJobs(ClipAnimator):
    """Pays, then waits: a job that was bought is collected for as long as it takes, and never ordered twice."""

    def animate(self, spec: ClipSpec, bench: Bench) -> Made:
        """Order the clip unless that was done before, and collect it."""
        ticket = bench.purchase.ticket or self.submit(spec, bench)
        return self.collect(ticket, spec, bench)

    @abstractmethod
    def submit(self, spec: ClipSpec, bench: Bench) -> Ticket:
        """Order one clip. What is free (handing in the picture) comes first; then `bench.purchase.asking(...)`; then the order.

        Returns:
            the ticket, which `bench.purchase` keeps already.

        Raises:
            OutcomeUnknown: the order was sent and no answer was read; `trace` finds out.
            TransientError: nothing was ordered; worth trying again.
            TerminalError: nothing was ordered, and never will be.
        """

    @abstractmethod
    def collect(self, ticket: Ticket, spec: ClipSpec, bench: Bench) -> Made:
        """Wait for the job, at most as long as is usual, and fetch its clip.

        Raises:
            JobLate: it still runs; asked again later, it costs nothing.
            StudioError: with `usage` set (empty when nothing was billed), the job has ended without a clip; without `usage`,
                nothing is known of the job's end, and it is asked again.
        """

    @abstractmethod
    def trace(self, purchase: Purchase) -> Ticket | None:
        """Find out what became of an order whose answer was never read.

        Returns:
            the job's ticket, or None when it is certain that nothing was ordered.

        Raises:
            PaymentUnclear: neither is certain: a person must say.
            TransientError: the service cannot be asked now.
        """
