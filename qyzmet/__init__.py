"""Qyzmet carries out regulations: see ARCHITECTURE.md for the map."""

__version__ = "0.1.0"
