"""One file a step, in order; only ever added to."""
