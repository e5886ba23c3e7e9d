"""Local files only: painting, sound, FFmpeg, measuring."""
