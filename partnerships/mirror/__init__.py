"""The public side as plain files that any web server can serve, or a browser without one."""

from partnerships.mirror.running import mirror_agreements
from partnerships.mirror.tree import MirrorIsRefused, Tally

__all__ = ["MirrorIsRefused", "Tally", "mirror_agreements"]
