"""Proof: trust anchors, requirements per provider, the validation report, and proof renewal."""

__all__ = [
    "renewal",
    "trust_anchors",
]
