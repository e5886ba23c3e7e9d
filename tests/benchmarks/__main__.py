"""`python -m tests.benchmarks [name ...]`: measure, print, and write what was found into docs/benchmarks.md."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.benchmarks import animation, assembly, crowd, engine, publishing, receiver, recut, vendors
from tests.benchmarks.report import keep

BENCHMARKS = {one.NAME: one.run for one in (assembly, recut, animation, engine, vendors, crowd, receiver, publishing)}


def main() -> None:
    """Run the benchmarks that were named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"which ones: {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="folder for clips and films; used again by the next run")
    given = parser.parse_args()
    if unknown := set(given.names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as passing:
        folder = (given.keep or Path(passing)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        for name in given.names or BENCHMARKS:
            keep(BENCHMARKS[name](folder))


if __name__ == "__main__":
    main()
