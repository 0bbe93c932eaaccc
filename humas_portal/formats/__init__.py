"""How Django's own pages write days and moments: as the portal does everywhere else (`22 Sep 2026`)."""
