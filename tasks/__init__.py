"""How once: one unit of retry, memory and billing."""
