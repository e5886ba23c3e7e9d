"""A memory for the parts of a plan, as a task gives one to its bench, without Prefect or a database."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from blocks.capabilities.bench import Bench, Made
from blocks.domain.frozen import Frozen
from blocks.domain.money import Usage


@dataclass
class RememberedParts:
    """Buys each part once, and keeps its bill."""

    folder: Path
    bench: Bench
    made: dict[str, Made] = field(default_factory=dict)
    estimates: dict[str, Usage] = field(default_factory=dict)

    def __call__(self, spec: Frozen, estimate: Usage, ask: Callable[[Bench], Made]) -> Path:
        """Give the file that was made for this spec, now or before."""
        key = hashlib.sha256(spec.model_dump_json().encode()).hexdigest()
        if key not in self.made:
            place = self.folder / key
            place.mkdir(exist_ok=True)
            self.made[key] = ask(replace(self.bench, folder=place))
            self.estimates[key] = estimate
        return self.made[key].file

    @property
    def usage(self) -> Usage:
        """Everything the parts were billed."""
        return sum((made.usage for made in self.made.values()), Usage())


def remembering(bench: Bench) -> tuple[Bench, RememberedParts]:
    """Give a bench that remembers parts, and what it remembers."""
    folder = bench.folder / "parts"
    folder.mkdir()
    parts = RememberedParts(folder, bench)
    return replace(bench, buy_part=parts), parts
