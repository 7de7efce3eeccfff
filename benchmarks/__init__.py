"""Speed, as a ratio against a peer in the same run. Each module runs as `python -m benchmarks.NAME`.

Each prints a table for people and ends with one JSON line.
"""
