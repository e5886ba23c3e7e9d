"""Ambience made from noise, tones and chance: one file for each family of sounds, and one that mixes them."""
