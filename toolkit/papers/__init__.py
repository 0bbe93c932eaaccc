"""Papers that people print, sign or edit: PDF set by Typst, DOCX in the same character."""

from toolkit.papers.pdf import set_pdf
from toolkit.papers.word import Paper

__all__ = ["Paper", "set_pdf"]
