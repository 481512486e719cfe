"""Which acts do the pages offer, where, and what are they called in a timeline? The tables of `forms` put together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from django.urls import reverse

from egide.core.law.text import Language
from egide.web.cases.models import Case
from egide.web.cases.services.ports import Lens
from egide.web.cases.services.whole import Whole
from egide.web.file.forms import (
    bar,
    bracelet,
    consent,
    contact,
    ending,
    follow,
    known,
    orders,
    path,
    person,
    phone,
    picture,
    proposal,
    respondent,
    revising,
    work,
)
from egide.web.file.forms.base import ActForm
from egide.web.file.gate import Desk
from egide.web.file.saying import language, pick, words

_TABLES = (
    contact, person, picture, known, revising, respondent, path, consent, orders, bar, bracelet, phone, follow, proposal, ending, work,
)  # fmt: skip
FORMS: dict[str, ActForm] = {row.slug: row for table in _TABLES for row in table.FORMS}

# Which form does a task: a task that is due leads straight to it.
FOR_TASK = {
    "see_person_now": "interview",
    "read_report": "mandate",
    "acknowledge_mandate": "acknowledge",
    "find_safe_channel": "channel",
    "first_contact": "contact",
    "call_back": "contact",
    "tell_of_contact": "channel",
    "hold_interview": "interview",
    "resume_interview": "interview",
    "send_evaluation": "evaluation",
    "tell_outcome": "told",
    "hand_over": "hand-over",
    "send_liaison_sheet": "sheet",
    "test_phone": "test",
    "repair_phone": "exchange",
    "prepare_renewal": "summary",
    "term": "renew",
    "return_phone": "return",
    "ban_end_unknown": "complete-order",
    "ban_ends_first": "complete-order",
    "receive_liaison_sheet": "sheet-received",
    "receive_certificate": "certificate",
    "erase_phone": "erased",
    "erase_provider": "erased",
    "look_at_case": "archive",
    "call_after_alarm": "alarm-call",
    "call_same_day": "confidential-call",
    "review_cohabitation": "review-cohabitation",
    "reexamine_before_release": "reexamine",
    "tell_release": "release-told",
    "tell_release_off": "release-told",
    "watch_release": "detention",
    "follow_up_step": "step",
    "who_proposes": "committee",
    "review_break_glass": "review-emergency",
    "decide_withdrawal": "withdraw",
    "decide_after_return": "withdraw",
    "answer_proposal": "not-follow",
}

# Acts without a form of the table above, as the timeline tells them.
_ALSO = {
    "report_made": ("Signalement enregistré", "Report recorded"),
    "danger_assessed": ("Évaluation du danger", "Danger assessment"),
    "danger_raised": ("Niveau de danger relevé", "Danger level raised"),
    "attribution_decided": ("Téléphone attribué", "Phone attributed"),
    "decision_outside_recorded": ("Décision prise hors plateforme enregistrée", "Decision taken outside recorded"),
    "refused": ("Refus motivé", "Refusal with reasons"),
    "fields_written": ("Informations mises à jour", "Information updated"),
    "address_written": ("Adresse mise à jour", "Address updated"),
    "photo_written": ("Photographie mise, changée ou retirée", "Photograph put, changed or taken away"),
    "child_added": ("Enfant ajouté", "Child added"),
    "relative_added": ("Personne de l’entourage ajoutée", "Relative added"),
    "respondent_identified": ("Personne mise en cause précisée", "Respondent identified"),
    "respondent_corrected": ("Nom de la personne mise en cause corrigé", "Respondent’s name corrected"),
    "respondent_reached": ("Téléphone de la personne mise en cause noté", "Phone of the respondent recorded"),
    "respondent_home_written": ("Résidence de la personne mise en cause notée", "Residence of the respondent recorded"),
    "same_person": ("Rapproché d’un autre dossier de la personne", "Joined with another case of the person"),
    "same_respondent": ("Personne mise en cause reconnue d’un autre dossier", "Respondent known from another case"),
    "child_revised": ("Enfant mis à jour", "Child updated"),
    "relative_revised": ("Entourage mis à jour", "People around updated"),
    "address_revised": ("Adresse mise à jour ou retirée", "Address updated or ended"),
    "order_lifted": ("Mainlevée", "Order lifted"),
    "data_erased": ("Données effacées", "Data erased"),
    "archived": ("Dossier archivé", "Case archived"),
    "put_on_agenda": ("Inscrit à l’ordre du jour du comité", "Put on the committee’s agenda"),
    "moved": ("Dossier transmis à un autre ressort", "Case moved to another district"),
    "task_done": ("Tâche faite", "Task done"),
    "alarm_raised": ("Une alerte a été déclenchée", "An alarm was raised"),
    "alert_crossed": (
        "Distance d’alerte franchie, l’autorité est informée",
        "Alert distance crossed, the authority is informed",
    ),
    "task_assigned": ("Tâche confiée", "Task assigned"),
}


# A form is called by what it does; a timeline tells what was done.
_PAST = {
    "contact_made": ("Contact noté", "Contact recorded"),
    "channel_checked": ("Moyen de joindre vérifié", "Way to reach the person checked"),
    "appointment_made": ("Entretien fixé", "Interview planned"),
    "interview_started": ("Entretien commencé ou repris", "Interview begun or resumed"),
    "interview_paused": ("Entretien suspendu", "Interview paused"),
    "interview_ended": ("Entretien terminé", "Interview ended"),
    "statement_added": ("Fait, propos ou avis ajouté", "Fact, statement or opinion added"),
    "association_mandated": ("Association saisie", "Association mandated"),
    "report_read": ("Suite du signalement dite", "What follows the report said"),
    "mandate_acknowledged": ("Réception de la saisine accusée", "Mandate acknowledged"),
    "evaluation_written": ("Évaluation écrite", "Evaluation written"),
    "evaluation_sent": ("Évaluation envoyée au procureur", "Evaluation sent to the prosecutor"),
    "consent_recorded": ("Consentement recueilli", "Consent recorded"),
    "consent_withdrawn": ("Accord retiré par la personne", "Agreement taken back by the person"),
    "situation_said": ("Conditions mises à jour", "Conditions brought up to date"),
    "respondent_said": ("Situation de la personne mise en cause mise à jour", "Situation of the respondent brought up to date"),
    "order_recorded": ("Interdiction enregistrée", "Order recorded"),
    "order_completed": ("Interdiction complétée", "Order completed"),
    "outcome_told": ("Décision annoncée à la personne", "Decision told to the person"),
    "phone_handed_over": ("Téléphone remis", "Phone handed over"),
    "phone_tested": ("Essai noté", "Test recorded"),
    "phone_exchanged": ("Téléphone échangé", "Phone exchanged"),
    "liaison_sheet_sent": ("Fiche navette envoyée", "Liaison sheet sent"),
    "liaison_sheet_received": ("Réception de la fiche navette accusée", "Liaison sheet acknowledged"),
    "step_moved": ("Étape de l’accompagnement avancée", "Follow-up step moved on"),
    "summary_written": ("Synthèse écrite", "Summary written"),
    "release_told": ("Sortie annoncée à la personne", "Release told to the person"),
    "withdrawal_asked": ("La personne a demandé à rendre le téléphone", "The person asked to give the phone back"),
    "cohabitation_reviewed": ("Réexamen de la vie commune conclu", "Review of living together concluded"),
    "renewed": ("Renouvellement", "Renewal"),
    "position_kept_longer": ("Position d’une alerte conservée plus longtemps", "Position of an alarm kept longer"),
    "left_to_run_out": ("Non-renouvellement", "Not renewed"),
    "proposal_not_followed": ("Mesure proposée non suivie, motifs donnés", "Measure proposed not followed, reasons given"),
    "shortened": ("Durée raccourcie", "Duration shortened"),
    "withdrawn": ("Retrait décidé", "Withdrawal decided"),
    "phone_returned": ("Téléphone rendu", "Phone given back"),
    "certificate_received": ("Attestation reçue par le prestataire", "Certificate received by the provider"),
    "committee_met": ("Avis du comité noté", "Committee’s opinion recorded"),
    "kept_out": ("Personne ou organisme écarté", "Person or agency kept out"),
    "let_in": ("Personne ou organisme de nouveau admis", "Person or agency let in again"),
    "emergency_reviewed": ("Accès d’urgence contrôlé", "Emergency access reviewed"),
    "bar_place_allowed": ("Lieu autorisé ajouté (bracelet)", "Allowed place added (bracelet)"),
    "bar_place_forbidden": ("Lieu interdit ajouté (bracelet)", "Forbidden place added (bracelet)"),
    "bar_place_taken": ("Lieu retiré (bracelet)", "Place taken away (bracelet)"),
    "bar_fitted": ("Bracelet posé", "Bracelet fitted"),
    "bar_distances_revised": ("Distances du bracelet changées", "Bracelet’s distances changed"),
    "bar_suspended": ("Bracelet suspendu", "Bracelet suspended"),
    "bar_resumed": ("Bracelet repris", "Bracelet resumed"),
    "bar_prolonged": ("Bracelet prolongé", "Bracelet prolonged"),
    "bar_ended": ("Bracelet terminé", "Bracelet ended"),
    "bar_device_exchanged": ("Appareil du bracelet échangé", "Bracelet’s device exchanged"),
    "bar_device_back": ("Appareil du bracelet rendu", "Bracelet’s device came back"),
    "agency_seised": ("Organisme saisi", "Agency given the case"),
    "agency_released": ("Saisine terminée", "Mandate ended"),
    "register_checked": ("Registre consulté", "Register looked up"),
}  # fmt: skip


def act_names() -> dict[str, str]:
    """What each act is called, by the name its service has."""
    return _act_names(language())


@cache
def _act_names(_language: Language) -> dict[str, str]:
    return _by_function() | {name: pick(*text) for name, text in (_ALSO | _PAST).items()}


def _by_function() -> dict[str, str]:
    """Names of acts whose form bears another name."""
    told = {
        "contact_made": "contact", "channel_checked": "channel", "appointment_made": "appointment",
        "interview_started": "interview", "interview_paused": "pause", "interview_ended": "end-interview",
        "statement_added": "statement", "association_mandated": "mandate", "report_read": "read-report",
        "mandate_acknowledged": "acknowledge", "evaluation_written": "evaluation", "evaluation_sent": "send-evaluation",
        "consent_recorded": "consent", "consent_withdrawn": "withdraw-consent", "situation_said": "situation",
        "respondent_said": "respondent", "order_recorded": "order", "register_checked": "register",
        "outcome_told": "told", "phone_handed_over": "hand-over", "phone_tested": "test", "phone_exchanged": "exchange", "liaison_sheet_sent": "sheet",
        "step_moved": "step", "summary_written": "summary", "alarm_call_made": "alarm-call",
        "withdrawal_asked": "ask-to-withdraw", "confidential_call_made": "confidential-call",
        "cohabitation_resumed": "cohabitation", "cohabitation_reviewed": "review-cohabitation",
        "detention_said": "detention", "reexamined": "reexamine", "release_told": "release-told", "renewed": "renew", "left_to_run_out": "run-out",
        "withdrawn": "withdraw", "phone_returned": "return", "committee_met": "committee", "kept_out": "keep-out",
        "form_signed": "sign", "order_completed": "complete-order", "liaison_sheet_received": "sheet-received",
        "shortened": "shorten", "cohabitation_ended": "apart", "certificate_received": "certificate",
        "emergency_reviewed": "review-emergency", "agency_seised": "seise", "agency_released": "release",
    }  # fmt: skip
    return {name: words(FORMS[slug].title) for name, slug in told.items()}


def may_do(row: ActForm, desk: Desk, lens: Lens, whole: Whole) -> bool:
    """Whether the reader is offered the act now: it makes sense, is this desk's, and the lens lets its groups be written."""
    return row.shown(whole) and may_open(row, lens) and row.mine(desk, whole)


def may_open(row: ActForm, lens: Lens) -> bool:
    """Whether the lens lets the form be opened at all."""
    return all(lens.may(group, "write") for group in row.groups) and all(lens.may(group) for group in row.reads)


def offered(place: str, desk: Desk, case: Case, lens: Lens, whole: Whole) -> Iterator[tuple[str, str]]:
    """The acts offered in one part of the page: address and words."""
    for row in FORMS.values():
        if row.place == place and row.beside is None and may_do(row, desk, lens, whole):
            yield reverse("file:act", args=[case.public_id, row.slug]), words(row.title)


def offered_beside(desk: Desk, case: Case, lens: Lens, whole: Whole) -> dict[str, list[tuple[str, str]]]:
    """The acts offered by the card of a field group: by group, address and words."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in FORMS.values():
        if row.beside is not None and may_do(row, desk, lens, whole):
            link = (reverse("file:act", args=[case.public_id, row.slug]), words(row.title))
            found.setdefault(row.beside.value, []).append(link)
    return found
