"""THE access table: every url by name, and which roles may use which method there. The middleware enforces it and a
test walks the resolver: an url without a rule and a rule without an url both fail. Which ROWS a role reaches is said
by `visible_to` and `editable_by` of each model."""

from dataclasses import dataclass, field

from units.access import Role

ANYONE = frozenset({"anonymous", *Role.values})
SIGNED_IN = frozenset(Role.values)
BUREAU_ADMIN = frozenset({Role.BUREAU_ADMIN})
BUREAU = frozenset({Role.BUREAU_ADMIN, Role.BUREAU_STAFF})
PLANNERS = BUREAU | {Role.REGIONAL_ADMIN}
DOERS = PLANNERS | {Role.UNIT_OPERATOR}
SEES_ALL = BUREAU | {Role.LEADER}
# Agreement officers are no role of their own: the flag `keeps_agreements` opens the admin panel besides the role.
OFFICERS = frozenset({Role.BUREAU_ADMIN, "agreement_officer"})


@dataclass(frozen=True)
class Rule:
    """Who may GET (and HEAD) and who may POST; an empty set answers 405 for everybody."""

    get: frozenset[str] = field(default_factory=frozenset)
    post: frozenset[str] = field(default_factory=frozenset)


RULES: dict[str, Rule] = {
    # --- dashboard
    # --- units: offices, groups, contacts
    # --- units: accounts, login (allauth), sessions
    # --- workshops
    # --- participants
    # --- partnerships
    # --- outbox
    # --- admin panel
}
