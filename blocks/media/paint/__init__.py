"""Painted pictures: cinematic silhouettes in layered light, every pixel with its distance from the camera."""
