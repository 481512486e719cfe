"""Every sentence that an answer or a deadline can say, by key. Names in braces are parameters, the same in both languages."""

from __future__ import annotations

from egide.core.law.text import Text

_t = Text.of

SENTENCES: dict[str, Text] = {
    # The conditions (TGD-07 to TGD-15)
    "rule.not_yet": _t("Cette règle n’existait pas à cette date.", "This rule did not exist on that day."),
    "danger.serious": _t("Le danger est estimé grave.", "The danger is estimated to be serious."),
    "danger.not_serious": _t(
        "Le danger n’a pas été estimé grave ; le magistrat apprécie.",
        "The danger was not estimated to be serious; the magistrate judges.",
    ),
    "danger.not_assessed": _t("Le danger n’a pas été évalué.", "The danger has not been assessed."),
    "link.couple": _t(
        "Violences par le conjoint, concubin ou partenaire, actuel ou ancien.",
        "Violence by a spouse, cohabitant or partner, present or former.",
    ),
    "link.rape": _t("Viol : aucun lien de couple n’est exigé.", "Rape: no couple link is required."),
    "link.neither": _t(
        "Ni violences dans un couple actuel ou ancien, ni viol.",
        "Neither violence by a present or former partner, nor rape.",
    ),
    "link.unknown": _t(
        "Les violences, le lien ou le viol ne sont pas établis au dossier.",
        "Violence, link or rape are not established in the file.",
    ),
    "cohabitation.none": _t("Pas de cohabitation avec l’auteur.", "No cohabitation with the author."),
    "cohabitation.yes": _t("La personne vit avec l’auteur.", "The person lives with the author."),
    "cohabitation.not_asked": _t("La cohabitation n’a pas été demandée.", "Cohabitation has not been asked about."),
    "consent.given": _t("Consentement exprès donné le {day}.", "Express consent given on {day}."),
    "consent.withdrawn": _t("Consentement retiré le {day}.", "Consent withdrawn on {day}."),
    "consent.refused": _t("La personne a refusé le {day}.", "The person refused on {day}."),
    "consent.not_asked": _t("Aucun consentement recueilli à cette date.", "No consent had been taken by that day."),
    "ban.in_force": _t("Interdiction de contact en cours : {frames}.", "Contact ban in force: {frames}."),
    "ban.none": _t("Aucune interdiction de contact en cours à cette date.", "No contact ban in force on that day."),
    "ban.may_stand": _t(
        "Une interdiction est enregistrée, mais sa date de notification ou de fin manque : {frames}.",
        "A ban is recorded, but its day of notification or its end is missing: {frames}.",
    ),
    "ban.not_asked": _t(
        "Le registre des interdictions n’a pas été consulté.", "The register of bans has not been looked up."
    ),
    "imminent.satisfied": _t(
        "Danger avéré et imminent, et : {circumstances}.", "Proven and imminent danger, and: {circumstances}."
    ),
    "imminent.no_danger_found": _t(
        "Le danger n’a pas été estimé avéré et imminent.", "The danger was not estimated to be proven and imminent."
    ),
    "imminent.no_circumstance": _t(
        "L’auteur n’est ni en fuite ni à interpeller, et une interdiction a été prononcée.",
        "The author is neither at large nor still to be arrested, and a ban has been ordered.",
    ),
    "imminent.unknown": _t("Il manque : {missing}.", "Missing: {missing}."),
    # Forms and warnings (TGD-12, 13, 19)
    "geolocation.agreed": _t("Accord de géolocalisation donné le {day}.", "Geolocation agreement given on {day}."),
    "geolocation.declined": _t(
        "Pas de géolocalisation, au choix de la personne : l’alerte fonctionne sans position.",
        "No geolocation, as the person chose: the alert works without a position.",
    ),
    "geolocation.not_asked": _t(
        "L’accord de géolocalisation n’a pas été demandé.", "The geolocation agreement was not asked for."
    ),
    "forms.complete": _t("Formulaires signés, copies remises.", "Forms signed, copies handed over."),
    "forms.missing": _t("Manque : {missing}.", "Missing: {missing}."),
    "language.ok": _t("Français de base établi.", "Basic French established."),
    "language.interpreter": _t(
        "Français de base non établi : prévoir un interprète et prévenir la plateforme. Cela ne bloque rien.",
        "Basic French not established: plan an interpreter and tell the platform. It blocks nothing.",
    ),
    "language.not_asked": _t("Le niveau de français n’a pas été demandé.", "The level of French was not asked about."),
    # Asking, deciding, refusing (TGD-02, 03, 04, 26, OF-10)
    "ask.by_any_means": _t("La demande est reçue par tout moyen.", "A request is received by any means."),
    "ask.no_rule": _t(
        "Aucune règle ne disait qui peut demander ; le signalement est reçu.",
        "No rule said who may ask; the report is received.",
    ),
    "decider.prosecutor": _t("Décidé par le procureur de la République.", "Decided by the public prosecutor."),
    "decider.other": _t(
        "Décidé par : {who}. Seul le procureur peut le faire.", "Decided by: {who}. Only the prosecutor can."
    ),
    "decider.unknown": _t("Qui a décidé n’est pas enregistré.", "Who decided is not recorded."),
    "duration.legal": _t("Durée de {months} mois.", "Duration of {months} months."),
    "duration.other": _t(
        "Durée décidée : {months} mois ; la loi dit {legal} mois.",
        "Duration decided: {months} months; the law says {legal} months.",
    ),
    "duration.unknown": _t("La durée décidée n’est pas enregistrée.", "The duration decided is not recorded."),
    "refusal.reasons": _t("Les motifs du refus sont dits.", "The reasons of the refusal are given."),
    "refusal.contest": _t(
        "La décision peut être contestée avec l’aide d’un avocat. Le texte ne prévoit ni appel ni délai.",
        "The decision can be challenged with a lawyer’s help. The text provides neither an appeal nor a time limit.",
    ),
    "refusal.again": _t("Une nouvelle demande est possible à tout moment.", "A new request is possible at any time."),
    "proposes.named": _t("Proposé par {who}.", "Proposed by {who}."),
    "proposes.nobody": _t(
        "Personne ne propose la mesure : il faut un nom avant de passer au dossier suivant.",
        "Nobody proposes the measure: a name is needed before the next case.",
    ),
    # Durations (TGD-27, 28, IN-11)
    "shorten.possible": _t(
        "L’OPPI a pris fin le {day} sans ordonnance de protection : le procureur peut réduire la durée.",
        "The OPPI ended on {day} without a protection order: the prosecutor may shorten the duration.",
    ),
    "shorten.followed": _t(
        "L’OPPI est suivie d’une ordonnance de protection.", "The OPPI is followed by a protection order."
    ),
    "shorten.no_oppi": _t("Aucune OPPI dans ce dossier.", "No OPPI in this case."),
    "shorten.pending": _t(
        "L’OPPI court, ou la suite donnée n’est pas enregistrée.",
        "The OPPI still runs, or what followed is not recorded.",
    ),
    "watch.covered": _t(
        "L’interdiction couvre le téléphone jusqu’à son terme, le {day}.",
        "The ban covers the phone until its term, {day}.",
    ),
    "watch.ends_first": _t(
        "L’interdiction finit le {ban}, le téléphone le {day} : {days} jours sans interdiction.",
        "The ban ends on {ban}, the phone on {day}: {days} days with no ban.",
    ),
    "watch.none": _t(
        "Aucune interdiction en cours ; le téléphone court jusqu’au {day}.",
        "No ban in force; the phone runs until {day}.",
    ),
    "watch.unknown": _t(
        "La fin de l’interdiction n’est pas connue avec certitude : demander à la juridiction.",
        "The end of the ban is not known for certain: ask the court.",
    ),
    # Orders (OP-09, OP-15, IN-11)
    "order.start_unknown": _t(
        "Le jour de la notification ou du début n’est pas enregistré.",
        "The day of notification or of the start is not recorded.",
    ),
    "order.dates_contradict": _t(
        "Les dates se contredisent : début le {first}, fin le {last}.",
        "The dates contradict each other: start {first}, end {last}.",
    ),
    "order.not_yet": _t("Commence le {day}.", "Begins on {day}."),
    "order.until": _t("Jusqu’au {day} à 24 h.", "Until {day} at 24:00."),
    "order.over": _t("Terminée le {day} à 24 h.", "Ended on {day} at 24:00."),
    "order.ended": _t("Levée ou remplacée par une décision du {day}.", "Lifted or replaced by a decision of {day}."),
    "order.appeal_until": _t(
        "Appel possible jusqu’au {day} à 24 h ; l’ordonnance s’applique pendant ce temps.",
        "May be appealed until {day} at 24:00; the order applies meanwhile.",
    ),
    "order.appeal_over": _t(
        "Le délai d’appel a pris fin le {day} à 24 h.", "The time to appeal ended on {day} at 24:00."
    ),
    "order.breach": _t(
        "Ne pas la respecter est puni de {years} ans et {euros} euros.",
        "Not respecting it is punished by {years} years and {euros} euros.",
    ),
    "order.no_weapon_ban": _t(
        "Aucune interdiction d’arme n’est notée : avec une interdiction de contact, le juge dit pourquoi il n’en prononce pas.",
        "No ban on weapons is recorded: with a contact ban, the judge gives the reasons for ordering none.",
    ),
    "order.address_change": _t(
        "Qui doit des contributions dit son changement d’adresse dans un délai de {within_months} mois ; sinon {months} mois et {euros} euros.",
        "Whoever owes contributions tells a change of address within {within_months} month; else {months} months and {euros} euros.",
    ),
    "order.until_lifted": _t("Jusqu’à une décision qui la lève.", "Until a decision lifts it."),
    "order.until_the_decision": _t(
        "Jusqu’à la décision sur la demande d’ordonnance de protection.",
        "Until the decision on the request for a protection order.",
    ),
    "order.extended": _t(
        "Prolongée : une demande de divorce, de séparation ou sur l’autorité parentale a été introduite à temps.",
        "Extended: a divorce, separation or parental-authority case was filed in time.",
    ),
    "order.end_unknown": _t("La fin n’est pas enregistrée.", "The end is not recorded."),
    "order.end_at_the_latest": _t(
        "La fin n’est pas enregistrée ; au plus tard le {day} à 24 h.",
        "The end is not recorded; at the latest {day} at 24:00.",
    ),
    "order.longer_than_the_law": _t(
        "La fin enregistrée, le {day}, dépasse la durée maximale, le {limit} : demander à la juridiction.",
        "The recorded end, {day}, is past the longest duration, {limit}: ask the court.",
    ),
    # Withdrawal and return (TGD-33, 34, 36, 37)
    "withdraw.decision": _t("Décision du procureur.", "The prosecutor’s decision."),
    "withdraw.decided": _t("Retrait décidé le {day}.", "Withdrawal decided on {day}."),
    "withdraw.committee": _t(
        "Avis du comité de pilotage à recueillir, sur cette attribution.",
        "The steering committee’s opinion is to be taken, on this attribution.",
    ),
    "withdraw.committee_given": _t("Avis du comité rendu le {day}.", "Committee’s opinion given on {day}."),
    "withdraw.call": _t(
        "Appel confidentiel le jour même, pour entendre la personne seule.",
        "Confidential call the same day, to hear the person alone.",
    ),
    "withdraw.call_made": _t("Appel confidentiel fait.", "Confidential call made."),
    "withdraw.reexamination": _t(
        "Réexamen avant libération à ouvrir.", "A re-examination before release is to be opened."
    ),
    "withdraw.reexamination_open": _t("Réexamen avant libération ouvert.", "Re-examination before release opened."),
    "withdraw.certificate": _t(
        "Téléphone à rendre en présence de l’association, attestation de restitution à établir.",
        "Phone to be given back in the association’s presence, return certificate to be drawn up.",
    ),
    "withdraw.returned": _t("Téléphone rendu, attestation établie.", "Phone given back, certificate drawn up."),
    "retention.ban": _t("Conservé jusqu’à la fin de l’interdiction, le {day}.", "Kept until the ban ends, {day}."),
    "retention.phone_out": _t(
        "Le téléphone n’est pas rendu : rien n’est effacé avant la restitution.",
        "The phone is not returned: nothing is erased before its return.",
    ),
    "retention.ban_open": _t(
        "Conservé tant que dure l’interdiction, dont la fin n’est pas fixée ou pas connue.",
        "Kept as long as the ban lasts; its end is not fixed or not known.",
    ),
    "retention.no_ban": _t(
        "Sans interdiction (cas B) : conservé jusqu’au {day}, selon le réglage du ressort.",
        "With no ban (case B): kept until {day}, as the district sets it.",
    ),
    # Deadlines
    "due.evaluation": _t(
        "Envoyer le rapport d’évaluation au procureur.", "Send the evaluation report to the prosecutor."
    ),
    "due.outcome": _t(
        "Dire la décision à la personne, par un canal sûr.", "Tell the person the outcome, by a safe channel."
    ),
    "due.test": _t("Essayer le téléphone.", "Test the phone."),
    "due.after_alarm": _t("Rappeler la personne après l’alerte.", "Call the person after the alarm."),
    "due.prepare_renewal": _t(
        "Préparer le renouvellement : terme le {day} à 24 h.", "Prepare the renewal: term on {day} at 24:00."
    ),
    "due.term": _t(
        "Terme le {day} à 24 h : renouveler ou retirer. La touche d’alerte reste active jusqu’à la restitution.",
        "Term on {day} at 24:00: renew or withdraw. The alarm key works until return.",
    ),
    "due.return": _t(
        "Retrait décidé : rendre le téléphone en présence de l’association, établir l’attestation. La touche d’alerte "
        "reste active jusque-là.",
        "Withdrawal decided: give the phone back in the association’s presence, draw up the certificate. The alarm key "
        "works until then.",
    ),
    "due.ban_ends": _t(
        "L’interdiction de contact finit le {day} à 24 h, avant le téléphone.",
        "The contact ban ends on {day} at 24:00, before the phone.",
    ),
    "due.ban_unknown": _t(
        "La fin de l’interdiction n’est pas connue : la demander à la juridiction.",
        "The end of the ban is not known: ask the court.",
    ),
    "due.call_same_day": _t(
        "Demande de retrait : appel confidentiel aujourd’hui, la personne seule.",
        "Request to withdraw: confidential call today, the person alone.",
    ),
    "due.reexamine": _t(
        "Réexamen avant libération, prévue le {at} : interdiction de contact, TGD ou BAR ; aviser la victime.",
        "Re-examination before the release planned {at}: contact ban, TGD or BAR; notify the victim.",
    ),
    "due.review_cohabitation": _t(
        "Cohabitation reprise : réexaminer la situation avec la personne. Ce n’est pas une fin automatique.",
        "Cohabitation resumed: review the situation with the person. It is not an automatic end.",
    ),
    "due.erase_position": _t("Effacer la position de l’alerte.", "Erase the position of the alarm."),
    "due.erase_phone": _t("Effacer les données du téléphone rendu.", "Erase the data in the returned phone."),
    "due.erase_provider": _t(
        "Effacer les données chez le prestataire, au plus tard le {day} à 24 h.",
        "Erase the provider’s data, at the latest {day} at 24:00.",
    ),
    "due.erase_logs": _t(
        "Effacer les traces de modification et de suppression après le {day}.",
        "Erase the logs of changes and deletions after {day}.",
    ),
    "due.erase_file": _t(
        "Effacer les données des parties I et II après le {day}.", "Erase the data of parts I and II after {day}."
    ),
    "due.hearing": _t("Tenir l’audience au plus tard le {day}.", "Hold the hearing at the latest {day}."),
    "due.service": _t(
        "Signifier l’ordonnance au défendeur au plus tard le {day}.",
        "Serve the order on the respondent at the latest {day}.",
    ),
    "due.oppi": _t("Statuer sur l’OPPI au plus tard le {at}.", "Rule on the OPPI at the latest {at}."),
    "due.appeal": _t("Fin du délai d’appel : le {day} à 24 h.", "End of the time for appeal: {day} at 24:00."),
    "due.order_ends": _t("L’ordonnance prend fin le {day} à 24 h.", "The order ends on {day} at 24:00."),
}
