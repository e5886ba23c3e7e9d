"""One abstract block per production step."""
