"""What is wrong with a document, one finding at a time."""

from blocks.domain.frozen import Frozen


class Problem(Frozen):
    """One broken rule: where, which rule, and the way out."""

    where: str
    """The thing at fault as its author knows it: `scene 3`, `asset fox-core`, `video`."""
    rule: str
    """The rule's name, stable over releases: `narration-words`, `unknown-key`."""
    message: str
    """What was found, what is wanted, what to do."""

    def __str__(self) -> str:
        return f"{self.where}: {self.message} [{self.rule}]"
