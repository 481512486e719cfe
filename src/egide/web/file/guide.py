"""What the demo's start page says: three stories, at whose desks to sit in which order, and what to look at there.

Words only. Everybody in it is fictional; the stories themselves are told by `cases.stories`.
"""

from __future__ import annotations

from dataclasses import dataclass

from egide.core.access import Role
from egide.web.accounts.models import OPERATOR

Words = tuple[str, str]  # French, English


@dataclass(frozen=True, slots=True)
class Step:
    """One desk: the login to sit at it, and what to look at or do there."""

    login: str
    look_at: Words


@dataclass(frozen=True, slots=True)
class Story:
    """One story. `key` names it in `demo_file.story_cases`."""

    key: str
    title: Words
    now: Words
    steps: tuple[Step, ...]


STORIES = (
    Story(
        "two_children",
        ("Une femme et ses deux enfants", "A woman and her two children"),
        (
            "Elle a le téléphone depuis cinq mois. Une alerte a sonné ; le terme approche : renouveler, ou non ?",
            "She has had the phone for five months. One alarm rang; the term is near: renew, or not?",
        ),
        (
            Step("intervenante", ("Lisez d’abord comment la joindre sans danger. Puis l’appel du lendemain de l’alerte, le suivi, et le bilan à écrire avant le renouvellement.", "Read first how to reach her safely. Then the call of the day after the alarm, the follow-up, and the summary to write before the renewal.")),
            Step("procureure", ("Dans « À décider » : le danger, l’interdiction et le téléphone sur une même page. Renouvelez, ou laissez aller à son terme, avec vos motifs.", "In “To decide”: the danger, the ban and the phone on one page. Renew, or let it run out, with your reasons.")),
            Step("teleassistante", ("Tout pour la secourir, rien sur la personne mise en cause : c’est voulu (TGD-41), dans le dossier comme dans la salle. Notez un essai du téléphone.", "All that is needed to help her, nothing about the respondent: that is intended (TGD-41), in the file as in the room. Record a test of the phone.")),
            Step("salle17", ("Les interdictions à toute heure ; l’adresse dissimulée seulement pendant une alerte. Téléchargez la fiche navette.", "The bans at any hour; the hidden address during an alarm only. Download the liaison sheet.")),
            Step("foyer", ("Le foyer ne lit que ce que l’accord de partage lui ouvre, jusqu’à son terme.", "The shelter reads only what the consent to share opens to it, until it ends.")),
            Step("juge", ("Le parquet a saisi le tribunal : l’interdiction, ce qui a été dit, le danger. L’accompagnement ne s’ouvre pas au juge.", "The prosecution office gave the court the case: the ban, what was said, the danger. The follow-up does not open to the judge.")),
            Step("operatrice", ("La salle où cela sonne : sur la carte et dans la liste, les mêmes téléphones.", "The room where it rings: on the map and in the list, the same phones.")),
        ),
    ),
    Story(
        "husband",
        ("Un homme menacé par son mari", "A man threatened by his husband"),
        (
            "Le rapport est au parquet : danger imminent, le mari recherché, pas encore d’interdiction (cas B). À jouer jusqu’au bout.",
            "The report is with the prosecutor: imminent danger, the husband wanted, no ban yet (case B). To be played to its end.",
        ),
        (
            Step("procureure", ("Les deux fondements côte à côte, ce qui manque, ce que la personne a dit. Décidez en quatre minutes : attribuer, ou refuser avec des motifs.", "Both bases side by side, what is missing, what the person said. Decide in four minutes: attribute, or refuse with reasons.")),
            Step("intervenante", ("Annoncez la décision par un canal sûr, jamais par un autre. La fiche d’information se fait toute seule.", "Tell the decision by a safe channel, never by another. The information sheet makes itself.")),
            Step("greffiere", ("Envoyez les trois fiches navettes, puis remettez un téléphone du stock, accompagné, essayé. Il a refusé la géolocalisation : le téléphone n’en enverra pas.", "Send the three liaison sheets, then hand a phone of the stock over, accompanied, tested. He refused geolocation: the phone will send none.")),
            Step("teleassistante", ("Accusez la fiche, notez les essais tous les quinze jours.", "Acknowledge the sheet, record a test every fifteen days.")),
            Step("intervenante", ("S’il veut le rendre : un appel confidentiel le jour même, et la touche d’alarme marche jusqu’au retour.", "If he wants to give it back: a confidential call the same day, and the alarm key works until the return.")),
            Step("procureure", ("Retirez le téléphone sur l’un des quatre motifs, avec l’avis du comité quand il le faut.", "Withdraw the phone on one of the four grounds, with the committee's opinion where it is required.")),
            Step("greffiere", ("Enregistrez la restitution : l’attestation se fait, les effacements courent.", "Record the return: the certificate is made, the erasures run.")),
        ),
    ),
    Story(
        "stranger",
        ("Un viol, sans lien de couple", "A rape, without couple link"),
        (
            "Signalé hier par un hôpital ; l’auteur est inconnu ; l’entretien est en pause, à sa demande.",
            "Reported by a hospital yesterday; nobody knows who it was; the interview is paused, at her wish.",
        ),
        (
            Step("intervenante", ("Reprenez l’entretien où il s’est arrêté, avec l’interprète. Évaluez le danger : « non évalué » n’est jamais « faible ». Puis les deux accords, séparés.", "Take the interview up where it stopped, with the interpreter. Assess the danger: “not assessed” is never “low”. Then the two consents, apart.")),
            Step("enquetrice", ("Sans mandat, ce dossier n’existe pas pour elle ; elle peut en signaler un autre.", "Without a mandate this case does not exist for her; she can report another one.")),
            Step("procureure", ("Un viol ouvre le téléphone sans lien de couple et sans auteur connu (TGD-08) : les conditions le disent.", "A rape opens the phone without a couple link and without a known author (TGD-08): the conditions say so.")),
        ),
    ),
)  # fmt: skip

# What to look at, by role, for the desks that no story leads to.
LOOK_AT: dict[str, Words] = {
    Role.ASSOCIATION_WORKER: ("Ouvrez l’accueil : ce qui est dû, par quelle règle. Dans un dossier, lisez d’abord comment joindre la personne sans danger.", "Open the home: what is due, by which rule. In a case, read first how to reach the person safely."),
    Role.ASSOCIATION_MANAGER: ("Regardez ce qui est en retard dans votre association, et qui le doit.", "Look at what is late in your association, and who owes it."),
    Role.PROSECUTOR: ("Ouvrez « À décider » : l’attente, le danger, les conditions sur les deux fondements. Décidez en quatre minutes.", "Open “To decide”: the wait, the danger, the conditions on both bases. Decide in four minutes."),
    Role.PROSECUTOR_CLERK: ("Regardez les téléphones du tribunal, puis remettez-en un et envoyez les fiches navettes.", "Look at the court's phones, then hand one over and send the liaison sheets."),
    Role.FAMILY_JUDGE: ("Ouvrez un dossier dont vous êtes saisi : ce qui vous concerne y est, le reste n’y est pas.", "Open a case you are seised of: what concerns you is there, the rest is not."),
    Role.SENTENCE_JUDGE: ("La personne mise en cause, la détention, la sortie à venir ; rien de l’adresse de la personne protégée.", "The respondent, the detention, the release to come; nothing of the protected person's address."),
    Role.CLERK: ("Les téléphones du tribunal : disponibles, remis, inutilisés depuis quand.", "The phones of the court: available, given, unused since when."),
    Role.SPECIALISED_ASSOCIATION: ("Seulement ce qu’un accord de partage ouvre, et jusqu’à son terme.", "Only what a consent to share opens, and until it ends."),
    Role.OPERATOR_TGD: ("Un dossier sans rien sur la personne mise en cause : c’est voulu (TGD-41).", "A case with nothing about the respondent: that is intended (TGD-41)."),
    Role.OPERATOR_BAR: ("Une autre fonction, d’autres dossiers : ceux des bracelets, pas ceux des téléphones.", "Another function, other cases: those of the bracelets, not those of the phones."),
    Role.TECHNICIAN: ("Des appareils et leurs effacements, sans une seule personne.", "Devices and their erasures, without a single person."),
    Role.POLICE_DISPATCHER: ("Les interdictions en vigueur à toute heure ; l’adresse dissimulée seulement pendant une alerte.", "The bans in force at any hour; the hidden address during an alarm only."),
    Role.POLICE_PATROL: ("Dans la voiture, sur un téléphone : seulement ce qu’il faut pour intervenir.", "In the car, on a phone: only what is needed to intervene."),
    Role.INVESTIGATOR: ("Faites un signalement, puis une évaluation du danger.", "Make a report, then assess the danger."),
    Role.STATION_SOCIAL_WORKER: ("Un signalement depuis l’accueil du commissariat, signe discret compris.", "A report from the station's reception, the discreet sign included."),
    Role.PROBATION: ("Ce que voit le SPIP : la personne mise en cause et la décision, rien de la personne protégée.", "What probation sees: the respondent and the order, nothing of the protected person."),
    Role.PERPETRATOR_PROGRAMME: ("La personne mise en cause, et ce qu’un mandat en ouvre ; de la personne protégée, rien.", "The respondent, as far as a mandate opens it; of the protected person, nothing."),
    Role.COMMITTEE_MEMBER: ("Ce que le comité examine, et le nom de qui propose la mesure.", "What the committee discusses, and the name of who proposes the measure."),
    Role.AUDITOR: ("Qui a lu quoi, et qui s’est vu refuser quoi ; aucun dossier.", "Who read what, and who was refused what; no case."),
    OPERATOR: ("La salle des alertes : prenez une alerte, levez le doute, demandez une intervention.", "The alarm room: take an alarm, remove the doubt, ask for an intervention."),
}  # fmt: skip
