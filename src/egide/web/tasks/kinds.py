"""Which tasks are there, what does each say, who owes it, and how long is it given? One row a kind.

The kinds of `core.law` take their instants from there; the hours written here are ours, no text sets them, and each is
told as such. A kind that nobody may tick off by hand leaves the list only when the file says that the thing was done.
"""

from __future__ import annotations

from dataclasses import dataclass

from egide.core.law.answers import Actor
from egide.core.law.text import Text


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of task. `rule`: an id of the domain's facts, empty where Égide proposes it.

    `hours`: ours, None where the law or a date of the file sets the instant. `by_hand`: somebody may say that it is done,
    with a word on the outcome. `role`: who does it at the remote-assistance provider, if not an operator.
    """

    name: str
    text: Text
    who: Actor
    rule: str = ""
    hours: int | None = None
    by_hand: bool = False
    role: str = ""


_t = Text.of
_A, _P, _R, _O, _L = Actor.ASSOCIATION, Actor.PROSECUTOR, Actor.REGISTRY, Actor.PROVIDER, Actor.POLICE

_ROWS = (
    # Clocks of the law (core.law.tgd.deadlines); the owner of each comes with the deadline.
    Kind("send_evaluation", _t("Envoyer le rapport d’évaluation", "Send the evaluation report"), _A, "TGD-21"),
    Kind("tell_outcome", _t("Dire la décision à la personne, par un canal sûr", "Tell the person the outcome, by a safe channel"), _A, "TGD-23"),
    Kind("test_phone", _t("Faire l’essai du téléphone", "Test the phone"), _O, "TGD-31"),
    Kind("prepare_renewal", _t("Préparer le renouvellement : écrire la synthèse", "Prepare the renewal: write the summary"), _A, "TGD-27"),
    Kind("term", _t("Terme de l’attribution : décider du renouvellement", "Term of the attribution: decide on the renewal"), _P, "TGD-27"),
    Kind("return_phone", _t("Faire rendre le téléphone", "Have the phone given back"), _A, "TGD-34"),
    Kind("ban_ends_first", _t("L’interdiction finit avant le téléphone", "The ban ends before the phone"), _P, "IN-11"),
    Kind("ban_end_unknown", _t("Chercher la date de fin de l’interdiction", "Find out when the ban ends"), _R, "IN-11"),
    Kind("call_after_alarm", _t("Appeler la personne après l’alerte", "Call the person after the alarm"), _A, "TGD-32"),
    Kind("call_same_day", _t("Appeler la personne, seule, le jour même", "Call the person, alone, the same day"), _A, "TGD-33"),
    Kind("reexamine_before_release", _t("Réexamen avant libération", "Re-examination before release"), Actor.JUDICIAL_AUTHORITY, "TGD-37"),
    Kind("tell_release", _t("Dire à la personne la sortie annoncée, par un moyen sûr", "Tell the person of the release announced, by a safe way"), _R, "IN-07", hours=24),
    Kind("tell_release_off", _t("Dire à la personne que la sortie annoncée n’a plus lieu, par un moyen sûr", "Tell the person that the release announced is off, by a safe way"), _R, "IN-07", hours=24),
    Kind("review_cohabitation", _t("Revoir la situation : cohabitation reprise", "Review the situation: cohabitation resumed"), _A, "TGD-09"),
    Kind("erase_phone", _t("Effacer les données du téléphone", "Erase the data in the phone"), _O, "TGD-43", role="technician"),
    Kind("erase_provider", _t("Effacer les données chez le prestataire", "Erase the provider’s data"), _O, "TGD-43", role="technician"),
    Kind("erase_logs", _t("Effacer les journaux", "Erase the logs"), Actor.PLATFORM, "TGD-43"),
    Kind("erase_file", _t("Effacer les données du dossier", "Erase the data of the file"), Actor.PLATFORM, "TGD-43"),
    # The path, where no text sets a time.
    Kind("see_person_now", _t("Recevoir la personne tout de suite, à l’écart", "See the person now, aside"), _L, "RQ-90", hours=0, by_hand=True),
    Kind("read_report", _t("Lire le signalement et saisir l’association référente", "Read the report and mandate the lead association"), _P, "TGD-05", hours=24),
    Kind("acknowledge_mandate", _t("Accuser réception de la saisine", "Acknowledge the mandate"), _A, "TGD-21", hours=24),
    Kind("find_safe_channel", _t("Trouver un moyen sûr de joindre la personne", "Find a safe way to reach the person"), _A, "TGD-20", hours=24),
    Kind("first_contact", _t("Premier appel : numéro masqué, aucun message, sans parler du téléphone", "First call: hidden number, no message, the phone not mentioned"), _A, "TGD-20", hours=24),
    Kind("tell_of_contact", _t("Un contact était contraire aux consignes : le dire à la personne, revérifier le moyen", "A contact was against the rules: tell the person, check the way again"), _A, "TGD-20", hours=4, by_hand=True),
    Kind("call_back", _t("Rappeler la personne comme convenu", "Call the person back as agreed"), _A, "RQ-21"),
    Kind("hold_interview", _t("Tenir l’entretien", "Hold the interview"), _A, "TGD-20"),
    Kind("resume_interview", _t("Reprendre l’entretien suspendu", "Resume the paused interview"), _A, "RQ-04", hours=7 * 24),
    Kind("reassess_danger", _t("Réévaluer le danger", "Assess the danger again"), _A, "DW-07"),
    Kind("danger_step", _t("Suite de l’évaluation du danger", "Step opened by the danger assessment"), _A, "DW-01", by_hand=True),
    Kind("decide", _t("Décider de l’attribution", "Decide on the attribution"), _P, "TGD-22", hours=72),
    Kind("remedy_defects", _t("Régulariser la décision prise hors de la plateforme", "Put right the decision taken outside"), _R, "TGD-02", hours=7 * 24, by_hand=True),
    Kind("hand_over", _t("Remettre le téléphone en main propre", "Hand the phone over in person"), _R, "TGD-24", hours=72),
    Kind("repair_phone", _t("Le dernier essai a échoué : réparer ou remplacer le téléphone", "The last test failed: repair or replace the phone"), _R, "TGD-31", hours=24),
    Kind("send_liaison_sheet", _t("Établir et transmettre la fiche navette", "Make and pass on the liaison sheet"), _R, "TGD-25", hours=24),
    Kind("receive_liaison_sheet", _t("Accuser réception de la fiche navette", "Acknowledge the liaison sheet"), _A, "TGD-25", hours=48),
    Kind("follow_up_step", _t("Avancer une étape de l’accompagnement", "Move a follow-up step on"), _A, "TGD-32"),
    Kind("who_proposes", _t("Comité : qui propose la mesure ?", "Committee: who proposes the measure?"), _P, "OF-10"),
    Kind("decide_withdrawal", _t("Décider de la suite de la demande de retrait", "Decide on the request to withdraw"), _P, "TGD-33", hours=72),
    Kind("answer_proposal", _t("Répondre à la mesure proposée", "Answer the measure proposed"), _P, "TGD-37", hours=72),
    Kind("watch_release", _t("Demander si une libération est prévue", "Ask whether a release is planned"), _R, "TGD-37"),
    Kind("decide_after_return", _t("Dire pourquoi le téléphone a été rendu", "Say why the phone was given back"), _P, "TGD-33", hours=72),
    Kind("receive_certificate", _t("Accuser réception de l’attestation de restitution", "Acknowledge the return certificate"), _O, "TGD-43", hours=24, role="technician"),
    Kind("review_break_glass", _t("Contrôler un accès d’urgence", "Review an emergency access"), _P, "SH-01"),
    Kind("possible_duplicate", _t("Un autre signalement concerne peut-être cette personne : se rapprocher du parquet", "Another report may concern this person: ask the prosecution office"), _A, "RQ-47", hours=48, by_hand=True),
    Kind("archived_case", _t("Un dossier archivé du ressort porte ce nom ou ce numéro : dire si c’est la même personne", "An archived case of the district bears this name or number: say whether it is the same person"), _R, "RQ-47", hours=48, by_hand=True),
    Kind("kept_apart", _t("Un autre dossier du ressort porte ce nom ou ce numéro, et qui est écarté ici y travaille : si c’est la même personne, l’en écarter aussi", "Another case of the district bears this name or number, and those kept out here work on it: if it is the same person, keep them out of it too"), _P, "RQ-08", hours=24, by_hand=True),
    Kind("make_document", _t("Un document n’a pas pu être établi : le refaire", "A document could not be made: make it again"), _R, "TGD-13", hours=24, by_hand=True),
    Kind("look_at_case", _t("Rien n’est prévu dans ce dossier : dire la suite", "Nothing is planned in this case: say what comes next"), _A, hours=30 * 24),
    # The room. Whoever is told of a crossing says what is made of it; the rule and the owner follow the frame (BAR-29, BAR-30).
    Kind("read_crossing", _t("Prendre connaissance d’un franchissement de la distance d’alerte", "Read of a crossing of the alert distance"), _P, "BAR-29", hours=24, by_hand=True),
    Kind("propose_revision", _t("Trop d’alertes : proposer de revoir les distances, ou la fin du bracelet", "Too many alerts: propose to revise the distances, or to end the bracelet"), _P, "BAR-35", hours=7 * 24, by_hand=True),
    # An agency's own.
    Kind("approval_ends", _t("L’agrément prend fin : le renouveler", "The approval ends: renew it"), _A, "AC-10", by_hand=True),
)  # fmt: skip

KINDS: dict[str, Kind] = {row.name: row for row in _ROWS}

# Opened by themselves and closed by hand: the file's state says nothing about them.
LOOSE = frozenset(
    {
        "possible_duplicate",
        "archived_case",
        "kept_apart",
        "make_document",
        "approval_ends",
        "read_crossing",
        "propose_revision",
    }
)

# The field group somebody must be granted to see a task that somebody else owes: its very name tells of what is in it
# (TGD-41: nothing on the author to the operator). Kinds without a row are of the state of the case.
_TELLS_OF = {
    "danger_protected": ("danger_step", "reassess_danger"),
    "detention": ("reexamine_before_release", "watch_release", "tell_release", "tell_release_off"),
    "ban_dates": ("ban_ends_first", "ban_end_unknown"),
    "consents": ("call_same_day", "decide_withdrawal"),
    "family": ("review_cohabitation",),
    "committee": ("who_proposes", "answer_proposal"),
    "needs": ("follow_up_step",),
    "contacts_log": ("find_safe_channel", "first_contact", "tell_of_contact", "call_back", "hold_interview", "resume_interview", "see_person_now"),
    "alarm_record": ("call_after_alarm",),
    "bar_burden": ("read_crossing", "propose_revision"),
    "decision_reasons": ("remedy_defects",),
    "audit": ("archived_case", "kept_apart"),  # the registry that owes it and the prosecutor: that there was a case is told to nobody else
    "report": ("read_report", "possible_duplicate"),
}  # fmt: skip
_GROUPS = {kind: group for group, kinds in _TELLS_OF.items() for kind in kinds}


def tells_of(kind: str) -> str:
    """The field group a kind of task tells of; `case_state` where it tells no more than where the case stands."""
    return _GROUPS.get(kind, "case_state")
