"""KIE: Kling's clips, ordered as jobs and paid in credits."""
