"""When: order, fan-out, gates, budget."""
