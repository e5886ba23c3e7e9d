"""A process that uses the embedded server of a folder until its input ends."""

import sys
from pathlib import Path

from blocks.results import embedded

sys.stdout.write(f"{embedded.join(Path(sys.argv[1]))}\n")
sys.stdout.flush()
sys.stdin.read()
