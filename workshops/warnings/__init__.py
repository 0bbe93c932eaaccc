"""What a planner should know about an agenda before it is released: warned about, never forbidden."""

from workshops.warnings.checking import Draft, warnings_of
from workshops.warnings.kinds import AgendaWarning, Code, Severity, Side

__all__ = ["AgendaWarning", "Code", "Draft", "Severity", "Side", "warnings_of"]
