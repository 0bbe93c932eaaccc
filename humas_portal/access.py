"""THE access table: every url by name, and which roles may use which method there. The middleware enforces it and a
test walks the resolver: an url without a rule and a rule without an url both fail. Which ROWS a role reaches is said
by `visible_to` and `editable_by` of each model."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import ResolverMatch

from units.access import Role

ANONYMOUS = "anonymous"
AGREEMENT_OFFICER = "agreement_officer"

ANYONE = frozenset({ANONYMOUS, *Role.values})
SIGNED_IN = frozenset(Role.values)
BUREAU_ADMIN = frozenset({Role.BUREAU_ADMIN})
BUREAU = frozenset({Role.BUREAU_ADMIN, Role.BUREAU_STAFF})
PLANNERS = BUREAU | {Role.REGIONAL_ADMIN}
READS_BUDGETS = PLANNERS | {Role.LEADER}
DOERS = PLANNERS | {Role.UNIT_OPERATOR}
SEES_ALL = BUREAU | {Role.LEADER}
ACCOUNT_KEEPERS = frozenset({Role.BUREAU_ADMIN, Role.REGIONAL_ADMIN})
# Agreement officers are no role of their own: the flag `keeps_agreements` opens the admin panel besides the role.
OFFICERS = frozenset({Role.BUREAU_ADMIN, AGREEMENT_OFFICER})
# Roles that must have a second factor where MFA_REQUIRED is set.
NEEDS_SECOND_FACTOR = frozenset({Role.BUREAU_ADMIN, Role.BUREAU_STAFF, Role.REGIONAL_ADMIN})


@dataclass(frozen=True)
class Rule:
    """Who may GET (and HEAD) and who may POST. A method with an empty set answers 405 to everybody; with both sets
    empty the url stands in the resolver for a library's sake only and answers 404."""

    get: frozenset[str] = field(default_factory=frozenset)
    post: frozenset[str] = field(default_factory=frozenset)
    before_second_factor: bool = False

    def allowed(self, method: str | None) -> frozenset[str]:
        if method in {"GET", "HEAD"}:
            return self.get
        return self.post if method == "POST" else frozenset()

    @property
    def methods(self) -> list[str]:
        return (["GET", "HEAD"] if self.get else []) + (["POST"] if self.post else [])


def rule_name(match: ResolverMatch) -> str:
    """The key of an url in RULES: its name with its namespace, or "unnamed:" and the route."""
    return match.view_name if match.url_name else f"unnamed:{match.route}"


def who(user: Any) -> frozenset[str]:
    """What a person is to the table: the role, and agreement officer besides; a disabled account is anonymous."""
    if not user.is_authenticated or not user.is_active:
        return frozenset({ANONYMOUS})
    if user.keeps_agreements and user.role != Role.LEADER:
        return frozenset({user.role, AGREEMENT_OFFICER})
    return frozenset({user.role})


def may_get(user: Any, url_name: str) -> bool:
    """Whether a person may open this page; for links that should only be shown to those who can follow them."""
    rule = RULES.get(url_name)
    return rule is not None and not rule.get.isdisjoint(who(user))


RULES: dict[str, Rule] = {
    # --- dashboard
    "home": Rule(get=SIGNED_IN),
    "search": Rule(get=SIGNED_IN, post=SIGNED_IN),
    # --- units: offices, groups, contacts
    "unit_list": Rule(get=SIGNED_IN),
    "unit_search": Rule(get=SIGNED_IN),
    "unit_export": Rule(get=SIGNED_IN),
    "unit_detail": Rule(get=SIGNED_IN),
    "unit_create": Rule(get=PLANNERS, post=PLANNERS),
    "unit_import": Rule(get=PLANNERS, post=PLANNERS),
    "unit_import_preview": Rule(get=PLANNERS, post=PLANNERS),
    "unit_import_template": Rule(get=PLANNERS),
    "unit_edit": Rule(get=DOERS, post=DOERS),
    "unit_rename": Rule(get=PLANNERS, post=PLANNERS),
    "unit_close": Rule(get=PLANNERS, post=PLANNERS),
    "unit_reopen": Rule(post=PLANNERS),
    "unit_move": Rule(get=PLANNERS, post=PLANNERS),
    "contact_create": Rule(get=DOERS, post=DOERS),
    "contact_edit": Rule(get=DOERS, post=DOERS),
    "contact_remove": Rule(post=DOERS),
    "group_list": Rule(get=SIGNED_IN),
    "group_detail": Rule(get=SIGNED_IN),
    "group_create": Rule(get=PLANNERS, post=PLANNERS),
    "group_edit": Rule(get=PLANNERS, post=PLANNERS),
    "group_remove": Rule(post=PLANNERS),
    # --- units: accounts, login (allauth), sessions
    "user_list": Rule(get=ACCOUNT_KEEPERS),
    "user_invite": Rule(get=ACCOUNT_KEEPERS, post=ACCOUNT_KEEPERS),
    "user_edit": Rule(get=ACCOUNT_KEEPERS, post=ACCOUNT_KEEPERS),
    "user_disable": Rule(get=ACCOUNT_KEEPERS, post=ACCOUNT_KEEPERS),
    "user_enable": Rule(post=ACCOUNT_KEEPERS),
    "user_reinvite": Rule(get=ACCOUNT_KEEPERS, post=ACCOUNT_KEEPERS),
    "user_second_factor_reset": Rule(get=ACCOUNT_KEEPERS, post=ACCOUNT_KEEPERS),
    "profile_edit": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "language_set": Rule(post=ANYONE, before_second_factor=True),
    "account_login": Rule(get=ANYONE, post=ANYONE, before_second_factor=True),
    "account_logout": Rule(get=ANYONE, post=ANYONE, before_second_factor=True),
    "account_signup": Rule(),
    "account_inactive": Rule(get=ANYONE),
    "account_reauthenticate": Rule(get=SIGNED_IN, post=SIGNED_IN, before_second_factor=True),
    "account_change_password": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "account_set_password": Rule(),
    "account_reset_password": Rule(get=ANYONE, post=ANYONE),
    "account_reset_password_done": Rule(get=ANYONE),
    "account_reset_password_from_key": Rule(get=ANYONE, post=ANYONE),
    "account_reset_password_from_key_done": Rule(get=ANYONE),
    "mfa_index": Rule(get=SIGNED_IN, before_second_factor=True),
    "mfa_authenticate": Rule(get=ANYONE, post=ANYONE, before_second_factor=True),
    "mfa_reauthenticate": Rule(get=SIGNED_IN, post=SIGNED_IN, before_second_factor=True),
    "mfa_activate_totp": Rule(get=SIGNED_IN, post=SIGNED_IN, before_second_factor=True),
    "mfa_deactivate_totp": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "mfa_view_recovery_codes": Rule(get=SIGNED_IN, before_second_factor=True),
    "mfa_generate_recovery_codes": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "mfa_download_recovery_codes": Rule(get=SIGNED_IN),
    "mfa_list_webauthn": Rule(get=SIGNED_IN, before_second_factor=True),
    "mfa_add_webauthn": Rule(get=SIGNED_IN, post=SIGNED_IN, before_second_factor=True),
    "mfa_reauthenticate_webauthn": Rule(get=SIGNED_IN, post=SIGNED_IN, before_second_factor=True),
    "mfa_remove_webauthn": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "mfa_edit_webauthn": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "usersessions_list": Rule(get=SIGNED_IN, post=SIGNED_IN),
    # --- workshops
    "workshop_list": Rule(get=SIGNED_IN),
    "workshop_export": Rule(get=SIGNED_IN),
    "workshop_create": Rule(get=PLANNERS, post=PLANNERS),
    "workshop_detail": Rule(get=SIGNED_IN),
    "workshop_edit": Rule(get=PLANNERS, post=PLANNERS),
    "workshop_move": Rule(get=PLANNERS, post=PLANNERS),
    "workshop_state": Rule(post=PLANNERS),
    "workshop_told": Rule(get=PLANNERS),
    "workshop_agenda": Rule(get=SIGNED_IN),
    "session_create": Rule(get=PLANNERS, post=PLANNERS),
    "session_edit": Rule(get=PLANNERS, post=PLANNERS),
    "session_remove": Rule(post=PLANNERS),
    "speaker_list": Rule(get=PLANNERS | SEES_ALL),
    "speaker_create": Rule(get=PLANNERS, post=PLANNERS),
    "speaker_edit": Rule(get=PLANNERS, post=PLANNERS),
    "speaker_search": Rule(get=PLANNERS),
    "organization_search": Rule(get=PLANNERS),
    "agreement_search": Rule(get=PLANNERS),
    "agreement_gate": Rule(get=PLANNERS),
    # --- workshops: calendar and its feeds
    "calendar": Rule(get=SIGNED_IN),
    "calendar_export": Rule(get=SIGNED_IN),
    "calendar_feeds": Rule(get=SIGNED_IN),
    "calendar_feed_renew": Rule(post=SIGNED_IN),
    "calendar_feed_end": Rule(post=SIGNED_IN),
    "calendar_feed": Rule(get=ANYONE),
    "calendar_public": Rule(get=ANYONE),
    "workshop_ics": Rule(get=ANYONE),
    # --- workshops: speakers asked, their link, the committee
    "speaker_export": Rule(get=PLANNERS | SEES_ALL),
    "speaker_detail": Rule(get=PLANNERS | SEES_ALL),
    "speaker_photo": Rule(get=PLANNERS | SEES_ALL),
    "speaker_score": Rule(post=PLANNERS),
    "workshop_people": Rule(get=SIGNED_IN),
    "speakers_ask": Rule(get=PLANNERS, post=PLANNERS),
    "speakers_remind": Rule(get=PLANNERS, post=PLANNERS),
    "question_withdraw": Rule(get=PLANNERS, post=PLANNERS),
    "question_answer": Rule(get=PLANNERS, post=PLANNERS),
    "proposal_take": Rule(get=PLANNERS, post=PLANNERS),
    "presentation_download": Rule(get=PLANNERS | SEES_ALL),
    "committee_edit": Rule(get=PLANNERS, post=PLANNERS),
    "committee_pdf_download": Rule(get=PLANNERS),
    "committee_word_download": Rule(get=PLANNERS),
    "decree_edit": Rule(get=PLANNERS, post=PLANNERS),
    "decree_download": Rule(get=PLANNERS | SEES_ALL),
    "speaker_link": Rule(get=ANYONE, post=ANYONE),
    "speaker_link_photo": Rule(get=ANYONE),
    "speaker_link_download": Rule(get=ANYONE),
    # --- workshops: budgets and standard costs
    "workshop_budget": Rule(get=READS_BUDGETS),
    "budget_edit": Rule(get=PLANNERS, post=PLANNERS),
    "budget_line_create": Rule(get=PLANNERS, post=PLANNERS),
    "budget_line_edit": Rule(get=PLANNERS, post=PLANNERS),
    "budget_line_duplicate": Rule(post=PLANNERS),
    "budget_line_move": Rule(post=PLANNERS),
    "budget_line_remove": Rule(post=PLANNERS),
    "budget_line_realizations": Rule(get=READS_BUDGETS, post=PLANNERS),
    "realization_edit": Rule(get=PLANNERS, post=PLANNERS),
    "realization_remove": Rule(post=PLANNERS),
    "realization_file": Rule(get=READS_BUDGETS),
    "budget_honoraria": Rule(get=PLANNERS, post=PLANNERS),
    "budget_history": Rule(get=READS_BUDGETS),
    "budget_import": Rule(get=PLANNERS, post=PLANNERS),
    "budget_import_preview": Rule(get=PLANNERS, post=PLANNERS),
    "budget_import_template": Rule(get=PLANNERS),
    "budget_export": Rule(get=READS_BUDGETS),
    "budget_pdf": Rule(get=READS_BUDGETS),
    "standard_cost_list": Rule(get=READS_BUDGETS),
    "standard_cost_export": Rule(get=READS_BUDGETS),
    "standard_cost_create": Rule(get=BUREAU_ADMIN, post=BUREAU_ADMIN),
    "standard_cost_edit": Rule(get=BUREAU_ADMIN, post=BUREAU_ADMIN),
    "standard_cost_remove": Rule(post=BUREAU_ADMIN),
    "standard_cost_copy": Rule(post=BUREAU_ADMIN),
    "standard_cost_import": Rule(get=BUREAU_ADMIN, post=BUREAU_ADMIN),
    "standard_cost_import_preview": Rule(get=BUREAU_ADMIN, post=BUREAU_ADMIN),
    "standard_cost_import_template": Rule(get=BUREAU_ADMIN),
    "account_code_list": Rule(get=READS_BUDGETS, post=BUREAU_ADMIN),
    # --- workshops: venues, planning meetings and what they left to do
    "workshop_meetings": Rule(get=PLANNERS | SEES_ALL),
    "candidate_create": Rule(get=PLANNERS, post=PLANNERS),
    "candidate_edit": Rule(get=PLANNERS, post=PLANNERS),
    "candidate_remove": Rule(post=PLANNERS),
    "candidate_choose": Rule(get=PLANNERS, post=PLANNERS),
    "meeting_create": Rule(get=PLANNERS, post=PLANNERS),
    "meeting_detail": Rule(get=PLANNERS | SEES_ALL),
    "meeting_edit": Rule(get=PLANNERS, post=PLANNERS),
    "meeting_hold": Rule(post=PLANNERS),
    "meeting_cancel": Rule(get=PLANNERS, post=PLANNERS),
    "minutes_issue": Rule(get=PLANNERS, post=PLANNERS),
    "minutes_pdf": Rule(get=PLANNERS | SEES_ALL),
    "minutes_docx": Rule(get=PLANNERS | SEES_ALL),
    "action_item_detail": Rule(get=SIGNED_IN),
    "action_item_finish": Rule(post=DOERS),
    "action_item_reopen": Rule(post=DOERS),
    "action_item_link": Rule(get=ANYONE, post=ANYONE),
    "venue_list": Rule(get=PLANNERS | SEES_ALL),
    "venue_export": Rule(get=PLANNERS | SEES_ALL),
    "venue_create": Rule(get=PLANNERS, post=PLANNERS),
    "venue_detail": Rule(get=PLANNERS | SEES_ALL),
    "venue_edit": Rule(get=PLANNERS, post=PLANNERS),
    "venue_use_create": Rule(get=PLANNERS, post=PLANNERS),
    "venue_use_remove": Rule(post=PLANNERS),
    # --- workshops: preparation, documents, templates, copies, series
    "workshop_preparation": Rule(get=PLANNERS | SEES_ALL),
    "checklist_apply": Rule(get=PLANNERS, post=PLANNERS),
    "checklist_item_create": Rule(get=PLANNERS, post=PLANNERS),
    "checklist_item_edit": Rule(get=PLANNERS, post=PLANNERS),
    "checklist_item_remove": Rule(post=PLANNERS),
    "checklist_item_finish": Rule(post=PLANNERS),
    "checklist_item_reopen": Rule(post=PLANNERS),
    "document_create": Rule(get=PLANNERS, post=PLANNERS),
    "document_download": Rule(get=PLANNERS | SEES_ALL),
    "document_remove": Rule(post=PLANNERS),
    "workshop_clone_choose": Rule(get=PLANNERS),
    "workshop_clone": Rule(get=PLANNERS, post=PLANNERS),
    "workshop_template_create": Rule(get=PLANNERS, post=PLANNERS),
    "plan_template_list": Rule(get=PLANNERS | SEES_ALL),
    "plan_template_detail": Rule(get=PLANNERS | SEES_ALL),
    "plan_template_use": Rule(get=PLANNERS, post=PLANNERS),
    "plan_template_remove": Rule(post=PLANNERS),
    "checklist_template_list": Rule(get=PLANNERS | SEES_ALL),
    "checklist_template_create": Rule(get=PLANNERS, post=PLANNERS),
    "checklist_template_detail": Rule(get=PLANNERS | SEES_ALL),
    "checklist_template_edit": Rule(get=PLANNERS, post=PLANNERS),
    "checklist_template_remove": Rule(post=PLANNERS),
    "series_list": Rule(get=PLANNERS | SEES_ALL),
    "series_create": Rule(get=PLANNERS, post=PLANNERS),
    "series_detail": Rule(get=PLANNERS | SEES_ALL),
    "series_edit": Rule(get=PLANNERS, post=PLANNERS),
    "series_move": Rule(get=PLANNERS, post=PLANNERS),
    # --- workshops: the agenda in versions, rooms, the page for everybody
    "session_move": Rule(post=PLANNERS),
    "session_duplicate": Rule(post=PLANNERS),
    "session_combine": Rule(post=PLANNERS),
    "session_split": Rule(post=PLANNERS),
    "agenda_warnings": Rule(get=PLANNERS),
    "agenda_release": Rule(get=PLANNERS, post=PLANNERS),
    "agenda_version_list": Rule(get=SIGNED_IN),
    "agenda_version": Rule(get=SIGNED_IN),
    "agenda_compare": Rule(get=SIGNED_IN),
    "agenda_pdf_download": Rule(get=SIGNED_IN),
    "agenda_docx_download": Rule(get=SIGNED_IN),
    "workshop_rooms": Rule(get=PLANNERS, post=PLANNERS),
    "workshop_public": Rule(get=ANYONE),
    "workshop_public_calendar": Rule(get=ANYONE),
    # --- participants
    "workshop_invitations": Rule(get=SIGNED_IN),
    "invitation_export": Rule(get=SIGNED_IN),
    "invite_units": Rule(get=PLANNERS, post=PLANNERS),
    "remind_units": Rule(get=PLANNERS, post=PLANNERS),
    "invitation_edit": Rule(get=PLANNERS, post=PLANNERS),
    "invitation_withdraw": Rule(get=PLANNERS, post=PLANNERS),
    # Searching is a POST too: a NIP never stands in an address.
    "workshop_registrations": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "registration_export": Rule(post=DOERS),
    "invitation_list": Rule(get=SIGNED_IN),
    "invitation_detail": Rule(get=SIGNED_IN),
    "invitation_answer": Rule(post=DOERS),
    "allocation_edit": Rule(get=DOERS, post=DOERS),
    "registration_create": Rule(get=DOERS, post=DOERS),
    "registration_edit": Rule(get=DOERS, post=DOERS),
    "registration_replace": Rule(get=DOERS, post=DOERS),
    "registration_cancel": Rule(get=DOERS, post=DOERS),
    "participant_list": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "participant_search": Rule(post=DOERS),
    "participant_export": Rule(post=DOERS),
    "participant_detail": Rule(get=SIGNED_IN),
    "participant_edit": Rule(get=DOERS, post=DOERS),
    "participant_reveal": Rule(post=BUREAU),
    "invitation_link": Rule(get=ANYONE, post=ANYONE),
    "invitation_link_cancel": Rule(get=ANYONE, post=ANYONE),
    "invitation_link_register": Rule(get=ANYONE, post=ANYONE),
    "invitation_link_replace": Rule(get=ANYONE, post=ANYONE),
    # --- partnerships
    "agreement_list": Rule(get=SIGNED_IN),
    "agreement_export": Rule(get=SIGNED_IN),
    "agreement_detail": Rule(get=SIGNED_IN),
    "agreement_file": Rule(get=SIGNED_IN),
    "agreement_implementation": Rule(get=SIGNED_IN),
    "activity_create": Rule(get=DOERS, post=DOERS),
    "activity_edit": Rule(get=DOERS, post=DOERS),
    "activity_withdraw": Rule(post=DOERS),
    "activity_file": Rule(get=SIGNED_IN),
    "commitment_create": Rule(get=OFFICERS, post=OFFICERS),
    "commitment_edit": Rule(get=OFFICERS, post=OFFICERS),
    "commitment_remove": Rule(post=OFFICERS),
    "monitoring_list": Rule(get=SIGNED_IN),
    "monitoring_open": Rule(get=BUREAU, post=BUREAU),
    "monitoring_detail": Rule(get=SIGNED_IN),
    "monitoring_close": Rule(post=BUREAU),
    "monitoring_export": Rule(get=SIGNED_IN),
    "monitoring_pdf": Rule(get=SIGNED_IN),
    "monitoring_docx": Rule(get=SIGNED_IN),
    "monitoring_answer": Rule(get=SIGNED_IN, post=DOERS),
    "monitoring_file": Rule(get=SIGNED_IN),
    # the public side
    "agreement_public_list": Rule(get=ANYONE, before_second_factor=True),
    "agreement_public": Rule(get=ANYONE, before_second_factor=True),
    "agreement_public_download": Rule(get=ANYONE, before_second_factor=True),
    "agreement_data": Rule(get=ANYONE, before_second_factor=True),
    "agreement_csv_download": Rule(get=ANYONE, before_second_factor=True),
    "agreement_json_download": Rule(get=ANYONE, before_second_factor=True),
    "agreement_schema_download": Rule(get=ANYONE, before_second_factor=True),
    "agreement_feed_download": Rule(get=ANYONE, before_second_factor=True),
    **{
        f"admin:partnerships_{model}_{page}": Rule(get=OFFICERS, post=OFFICERS)
        for model in ("agreement", "organization")
        for page in ("add", "change", "delete")
    },
    **{
        f"admin:partnerships_{model}_{page}": Rule(get=BUREAU_ADMIN, post=BUREAU_ADMIN)
        for model in ("agreementkind", "scopetag", "signingauthority")
        for page in ("add", "change", "delete")
    },
    **{
        f"admin:partnerships_{model}_{page}": Rule(get=BUREAU_ADMIN)
        for model in ("agreementkind", "scopetag", "signingauthority")
        for page in ("changelist", "history")
    },
    **{
        f"unnamed:admin/partnerships/{model}/<path:object_id>/": Rule(get=BUREAU_ADMIN)
        for model in ("agreementkind", "scopetag", "signingauthority")
    },
    "admin:partnerships_agreement_amend": Rule(post=OFFICERS),
    "admin:partnerships_organization_near": Rule(get=OFFICERS),
    "admin:partnerships_organization_merge": Rule(get=BUREAU_ADMIN, post=BUREAU_ADMIN),
    "admin:partnerships_organization_unmerge": Rule(post=BUREAU_ADMIN),
    "agreement_history": Rule(get=SIGNED_IN),
    "admin:partnerships_organization_delete": Rule(get=BUREAU_ADMIN, post=BUREAU_ADMIN),
    "unnamed:admin/partnerships/agreement/<path:object_id>/": Rule(get=OFFICERS),
    "unnamed:admin/partnerships/organization/<path:object_id>/": Rule(get=OFFICERS),
    "admin:partnerships_agreement_changelist": Rule(get=OFFICERS, post=OFFICERS),
    "admin:partnerships_agreement_export": Rule(get=OFFICERS),
    "admin:partnerships_agreement_history": Rule(get=OFFICERS),
    "admin:partnerships_agreement_import": Rule(get=OFFICERS, post=OFFICERS),
    "admin:partnerships_agreement_import_preview": Rule(get=OFFICERS, post=OFFICERS),
    "admin:partnerships_agreement_import_problems": Rule(get=OFFICERS),
    "admin:partnerships_agreement_import_template": Rule(get=OFFICERS),
    "admin:partnerships_agreement_archive": Rule(get=BUREAU_ADMIN, post=BUREAU_ADMIN),
    "admin:partnerships_organization_changelist": Rule(get=OFFICERS),
    "admin:partnerships_organization_history": Rule(get=OFFICERS),
    # --- partnerships: the way of a signed copy
    "agreement_submit": Rule(get=DOERS, post=DOERS),
    "agreement_partners": Rule(get=DOERS),
    "agreement_papers": Rule(get=SIGNED_IN, post=DOERS),
    "agreement_page": Rule(get=SIGNED_IN),
    "agreement_check": Rule(get=PLANNERS, post=PLANNERS),
    "agreement_publication": Rule(get=PLANNERS, post=PLANNERS),
    "agreement_redact": Rule(get=PLANNERS, post=PLANNERS),
    "agreement_publish": Rule(post=BUREAU),
    "agreement_unpublish": Rule(post=BUREAU),
    "submission_queue": Rule(get=PLANNERS | SEES_ALL),
    **{
        f"admin:partnerships_checklistpoint_{page}": Rule(get=BUREAU_ADMIN, post=BUREAU_ADMIN)
        for page in ("add", "change", "delete")
    },
    "admin:partnerships_checklistpoint_changelist": Rule(get=BUREAU_ADMIN),
    "admin:partnerships_checklistpoint_history": Rule(get=BUREAU_ADMIN),
    "unnamed:admin/partnerships/checklistpoint/<path:object_id>/": Rule(get=BUREAU_ADMIN),
    # --- partnerships: ends of terms, re-evaluations, yearly work plans
    "agreement_ending": Rule(get=SIGNED_IN, post=DOERS),
    "agreement_ending_withdraw": Rule(post=DOERS),
    "agreement_ending_list": Rule(get=SIGNED_IN),
    "agreement_ending_export": Rule(get=SIGNED_IN),
    "agreement_work_plan_begin": Rule(post=DOERS),
    "campaign_list": Rule(get=SIGNED_IN),
    "campaign_create": Rule(get=BUREAU_ADMIN, post=BUREAU_ADMIN),
    "campaign_detail": Rule(get=SIGNED_IN),
    "campaign_edit": Rule(get=BUREAU_ADMIN, post=BUREAU_ADMIN),
    "campaign_start": Rule(post=BUREAU_ADMIN),
    "campaign_close": Rule(post=BUREAU_ADMIN),
    "campaign_remove": Rule(post=BUREAU_ADMIN),
    "campaign_items": Rule(get=SIGNED_IN, post=DOERS),
    "campaign_carry_out": Rule(get=DOERS, post=DOERS),
    "campaign_bulk": Rule(post=DOERS),
    "campaign_successors": Rule(get=DOERS),
    "campaign_undo": Rule(post=DOERS),
    "campaign_export": Rule(get=SIGNED_IN),
    "work_plan_detail": Rule(get=SIGNED_IN),
    "work_plan_edit": Rule(get=DOERS, post=DOERS),
    "work_plan_place": Rule(post=DOERS),
    "work_plan_approve": Rule(post=DOERS),
    "work_plan_approval_remove": Rule(post=DOERS),
    "work_plan_pdf": Rule(get=SIGNED_IN),
    "work_plan_docx": Rule(get=SIGNED_IN),
    # --- jobs
    "job_list": Rule(get=SIGNED_IN),
    "job_detail": Rule(get=SIGNED_IN),
    "job_cancel": Rule(post=DOERS),
    "job_download": Rule(get=SIGNED_IN),
    # --- outbox
    "message_list": Rule(get=SIGNED_IN),
    "message_export": Rule(get=SIGNED_IN),
    "message_detail": Rule(get=SIGNED_IN),
    "message_body": Rule(get=SIGNED_IN),
    "message_attachment": Rule(get=SIGNED_IN),
    "message_withdraw": Rule(post=PLANNERS),
    "message_resend": Rule(post=PLANNERS),
    "message_settle": Rule(post=PLANNERS),
    "topic_hold": Rule(post=PLANNERS),
    "topic_release": Rule(post=PLANNERS),
    "outbox_health": Rule(get=ANYONE),
    # --- admin panel
    "admin:index": Rule(get=OFFICERS),
    "admin:login": Rule(get=ANYONE),
    "admin:logout": Rule(post=SIGNED_IN),
    "admin:password_change": Rule(get=SIGNED_IN),
    "admin:password_change_done": Rule(),
    "admin:autocomplete": Rule(get=OFFICERS),
    "admin:jsi18n": Rule(get=OFFICERS),
    "admin:view_on_site": Rule(),
    "admin:app_list": Rule(get=OFFICERS),
}
