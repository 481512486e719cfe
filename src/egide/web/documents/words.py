"""The French words of the file's codes, one table a code. A code without a word is a gap in a test, not on a page."""

from __future__ import annotations

from collections.abc import Mapping

LINKS: Mapping[str, str] = {
    "spouse": "conjoint ou conjointe",
    "cohabitant": "concubin ou concubine",
    "pacs": "partenaire de PACS",
    "former_spouse": "ancien conjoint ou ancienne conjointe",
    "former_cohabitant": "ancien concubin ou ancienne concubine",
    "former_pacs": "ancien ou ancienne partenaire de PACS",
    "none": "aucun lien de couple",
}  # "unknown" has no word: it is not recorded

CHANNELS: Mapping[str, str] = {
    "phone": "téléphone",
    "sms": "SMS",
    "email": "courriel",
    "post": "courrier postal",
    "through_somebody": "par une personne de confiance",
}

ADDRESSES: Mapping[str, str] = {
    "home": "domicile",
    "host": "hébergement",
    "declared": "adresse déclarée chez un tiers",
    "work": "travail",
    "school": "école, garde",
    "usual": "lieu habituel",
    "access_rights": "lieu du droit de visite",
}

RELATIVES: Mapping[str, str] = {
    "lives_with": "vit avec la personne",
    "emergency": "à appeler en urgence",
    "trusted": "personne de confiance",
    "family": "famille",
}

STAGES: Mapping[str, str] = {
    "report": "signalement",
    "evaluation": "évaluation",
    "decision": "décision",
    "hand_over": "remise",
    "active": "téléphone attribué",
    "renewal": "renouvellement",
    "withdrawal": "retrait",
    "ended": "terminé",
    "archived": "archivé",
}

DECISIONS: Mapping[str, str] = {
    "attribution": "attribution du téléphone",
    "refusal": "refus du téléphone",
    "renewal": "renouvellement de l’attribution",
    "withdrawal": "retrait du téléphone",
    "non_renewal": "fin de l’attribution sans renouvellement",
    "shortening": "réduction de la durée",
}

GROUNDS: Mapping[str, str] = {
    "danger_ceased": "le danger a cessé",
    "imprisoned": "la personne mise en cause est incarcérée",
    "person_no_longer_wants": "la personne ne veut plus du téléphone",
    "rules_not_respected": "les consignes ne sont pas respectées",
}

PURPOSES: Mapping[str, str] = {
    "report": "signalement",
    "evaluation": "évaluation",
    "follow_up": "accompagnement",
    "remote_assistance": "téléassistance",
    "intervention": "intervention",
    "sharing": "partage consenti par la personne",
    "court": "saisine d’un juge",
    "investigation": "enquête",
    "execution": "exécution d’une peine ou d’une mesure",
    "care": "prise en charge de la personne mise en cause",
    "support": "soutien en commissariat ou en brigade",
    "committee": "comité",
}

BASES: Mapping[str, str] = {
    "A": "interdiction judiciaire d’entrer en contact (cas A)",
    "B": "danger avéré et imminent, sans interdiction encore prononcée ou exécutée (cas B)",
}

NATURES: Mapping[str, str] = {"fact": "fait", "said": "propos", "opinion": "avis"}

FRENCH_LEVELS: Mapping[str, str] = {
    "none": "ne parle pas français",
    "little": "pas assez pour un appel en danger",
    "basic": "assez pour un appel",
    "fluent": "à l’aise",
}

LANGUAGES: Mapping[str, str] = {
    "fr": "français",
    "en": "anglais",
    "ar": "arabe",
    "ber": "berbère",
    "bn": "bengali",
    "de": "allemand",
    "es": "espagnol",
    "fa": "persan",
    "fsl": "langue des signes française",
    "he": "hébreu",
    "it": "italien",
    "ka": "géorgien",
    "ku": "kurde",
    "pl": "polonais",
    "prs": "dari",
    "ps": "pachto",
    "pt": "portugais",
    "ro": "roumain",
    "ru": "russe",
    "so": "somali",
    "sq": "albanais",
    "sr": "serbe",
    "ta": "tamoul",
    "ti": "tigrinya",
    "tr": "turc",
    "uk": "ukrainien",
    "ur": "ourdou",
    "vi": "vietnamien",
    "wo": "wolof",
    "zh": "chinois",
}

# Who to call (facts H), for the information sheet. Checked on the day the domain facts were; to be read again.
HELP_NUMBERS: tuple[tuple[str, str], ...] = (
    ("Écoute et orientation des victimes, France Victimes", "116 006"),
    ("Violences Femmes Info, écoute anonyme et gratuite", "3919"),
    ("Allô enfance en danger", "119"),
    ("Hébergement d’urgence", "115"),
)
