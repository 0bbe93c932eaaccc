"""Letters about agreements."""

from partnerships.letters import submissions


def register() -> None:
    """Called when the app is ready."""
    submissions.register()
