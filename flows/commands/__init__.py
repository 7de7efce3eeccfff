"""The commands, one module a group; `flows.cli` puts them together."""
