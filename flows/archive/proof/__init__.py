"""Proof: whose word is trusted, what is demanded of each provider, the report, and its renewal in time."""
