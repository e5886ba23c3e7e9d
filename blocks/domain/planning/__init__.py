"""The offline planner: a topic and a story direction become a storyboard by rules alone."""
