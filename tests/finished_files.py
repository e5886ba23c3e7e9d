"""Files that were just made, for a store to take."""

from pathlib import Path


def made(folder: Path, content: bytes = b"picture", name: str = "made.png") -> Path:
    """Write a file; gives its path."""
    file = folder / name
    file.write_bytes(content)
    return file
