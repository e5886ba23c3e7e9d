"""Frozen values and pure functions; nothing here touches a file, a network or a clock."""
