"""What every part of Lắng Nghe shares: the document, settings, the record, people and places, the command line."""

__version__ = "0.1.0"
