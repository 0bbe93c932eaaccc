"""What changes about agreements, a file for each noun."""

from partnerships.actions.files import FileIsKnown, discard_file, plain_name, record_file

__all__ = ["FileIsKnown", "discard_file", "plain_name", "record_file"]
