"""How a letter gets out: claim, render, fence, hand over, record (docs/architecture.md, a letter's life)."""
