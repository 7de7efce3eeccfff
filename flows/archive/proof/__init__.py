"""Proof: trust anchors, requirements per provider, the validation report, and proof renewal."""

__all__ = ["quarantine_reasons", "renewal", "trust_anchors"]
