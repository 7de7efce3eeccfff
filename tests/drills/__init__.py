"""Drills that take longer than a test may: `make drills` runs them all, each ends with one JSON line."""
