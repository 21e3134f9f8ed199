"""SummitKB: a self-hosted knowledge base of diplomatic gatherings."""

__version__ = "0.1.0"
