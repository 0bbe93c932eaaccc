"""Sample data: the five events that the portal was designed from, with invented people, and one workshop that is being
prepared right now. Facts are written by the same actions as in daily work, at the moments they happened."""
