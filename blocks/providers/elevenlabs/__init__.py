"""ElevenLabs: a voice with the times of its words, and ambience."""
