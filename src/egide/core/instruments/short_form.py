"""Égide's own short form: what is asked about the protected person's side and about the respondent's side.

The words are ours. They follow the themes of `domain/facts.md` D and reproduce no official questionnaire; the form is
not validated, and says so wherever it appears. Red items come first, so that an interview that must stop has them.
"""

from __future__ import annotations

from egide.core.instruments.items import Instrument, Item, Kind, Side

P, R = Side.PROTECTED, Side.RESPONDENT
RISK, SAFETY = Kind.RISK, Kind.SAFETY

# « Cette personne », then « elle », is the respondent, of any sex and with or without a couple link (TGD-08).
PROTECTED_ITEMS: tuple[Item, ...] = (
    Item(
        "P01", P, RISK,
        "Cette personne a-t-elle dit, écrit ou mimé qu’elle pourrait vous tuer, ou tuer un enfant ou un proche ?",
        "Has this person said, written or acted out that they might kill you, a child or somebody close to you?",
        "Compter aussi un message, un intermédiaire, une mise en scène : une arme posée en vue, une date annoncée.",
        "Count a message, a go-between, a scene: a weapon left in view, a date announced.",
        red=True, sources=("G-16", "DW-06", "OG-01", "OG-02"),
    ),
    Item(
        "P02", P, RISK,
        "Cette personne vous a-t-elle déjà serré le cou, ou coupé le souffle d’une autre façon ?",
        "Has this person ever gripped your neck, or stopped your breath in another way?",
        "Une seule fois suffit, même sans trace. Proposer un examen médical, même longtemps après.",
        "Once is enough, even without a mark. Offer a medical examination, even long after.",
        red=True, sources=("OG-02", "OG-03"),
    ),
    Item(
        "P03", P, RISK,
        "Ces derniers mois, les violences sont-elles plus rapprochées ou plus graves qu’avant ?",
        "In these last months, has the violence come more often or become worse than before?",
        "Toutes les formes : gestes, mots, messages, argent, pression par les enfants.",
        "Every form: acts, words, messages, money, pressure through the children.",
        red=True, sources=("G-15", "DW-06", "OG-01", "OG-03"),
    ),
    Item(
        "P04", P, RISK,
        "Une séparation se prépare-t-elle, ou date-t-elle de moins d’un an, et cette personne le sait-elle ?",
        "Is a separation being prepared, or less than a year old, and does this person know it?",
        "Le départ est le moment le plus dangereux. Sans lien de couple : la rupture du contact, ou la plainte.",
        "Leaving is the most dangerous time. Without a couple link: the end of contact, or the complaint.",
        red=True, sources=("G-14", "DW-02", "OG-01", "SP-03"),
    ),
    Item(
        "P05", P, RISK,
        "Avez-vous déjà eu besoin de soins à cause de cette personne, que vous en ayez reçu ou non ?",
        "Have you ever needed care because of this person, whether or not you had any?",
        "Noter où et quand, si c’est possible. Un certificat peut encore être demandé.",
        "Note where and when if possible. A certificate can still be asked for.",
        sources=("G-01", "OG-02"),
    ),
    Item(
        "P06", P, RISK,
        "Cette personne vous a-t-elle déjà imposé un acte sexuel ?",
        "Has this person ever forced a sexual act on you?",
        "Aussi dans le couple. Ne pas demander de détails ici.",
        "Within a couple too. Do not ask for details here.",
        sources=("OG-02", "TGD-08"),
    ),
    Item(
        "P07", P, RISK,
        "Pensez-vous que cette personne pourrait vous tuer, ou blesser gravement un enfant ?",
        "Do you think that this person could kill you, or badly hurt a child?",
        "L’estimation de la personne elle-même. Un non peut être une façon de tenir : garder les autres réponses.",
        "The person’s own estimate. A no may be a way of holding on: keep the other answers.",
        sources=("G-02", "G-05", "OG-01", "OG-02"),
    ),
    Item(
        "P08", P, RISK,
        "Des enfants ont-ils été frappés, menacés, témoins, ou utilisés pour faire pression sur vous ?",
        "Have children been hit, threatened, witnesses, or used to put pressure on you?",
        "Chaque enfant est une personne en danger pour elle-même : un signalement peut être dû.",
        "Each child is a person in danger in their own right: a report may be due.",
        sources=("G-17", "G-18", "DG-06", "OG-01", "RQ-79"),
    ),
    Item(
        "P09", P, RISK,
        "Une grossesse est-elle en cours, ou un enfant a-t-il moins de deux ans ?",
        "Is there a pregnancy, or a child under two?",
        sources=("G-06", "DW-02", "EV-02", "OG-01"),
    ),
    Item(
        "P10", P, RISK,
        "Cette personne décide-t-elle de vos sorties, de vos rencontres, de votre argent, de vos papiers ou de votre téléphone ?",
        "Does this person decide about your outings, whom you meet, your money, your papers or your phone?",
        "Le contrôle est une violence, même sans coup. Compter aussi ce que l’on s’interdit par peur.",
        "Control is violence, even without a blow. Count also what one no longer does out of fear.",
        sources=("G-19", "G-22", "G-23", "EV-02", "RQ-06", "RQ-75"),
    ),
    Item(
        "P11", P, RISK,
        "Vous manque-t-il une personne ou un lieu où aller tout de suite si cela s’aggrave ?",
        "Do you lack a person or a place to go to at once if it gets worse?",
        "Un oui ouvre la recherche d’un lieu sûr.",
        "A yes opens the search for a safe place.",
        sources=("G-03", "OG-05", "RQ-18"),
    ),
    Item(
        "P12", P, RISK,
        "Ce que vous vivez vous ôte-t-il le sommeil ou les forces, ou vous fait-il penser à mourir ?",
        "Does what you live through take your sleep or your strength, or make you think of dying?",
        "Effets du psychotraumatisme. Si la personne pense à mourir : soutien le jour même.",
        "Effects of psychotrauma. If the person thinks of dying: support on the same day.",
        sources=("G-04", "G-07", "DG-06", "RQ-79"),
    ),
)  # fmt: skip

# R02 to R04 are the aggravation of DW-04. Its English says "if she has lost everything"; the context is the person who
# was violent, so it stands on this side (CF-16).
RESPONDENT_ITEMS: tuple[Item, ...] = (
    Item(
        "R01", R, RISK,
        "A-t-elle une arme, peut-elle en obtenir une, ou en a-t-elle déjà montré ou utilisé une ?",
        "Does this person have a weapon, or a way to get one, or have they ever shown or used one?",
        "Toute arme ou tout objet employé comme tel. Métier, chasse, sport, entourage.",
        "Any weapon, or any object used as one. Work, hunting, sport, relatives.",
        red=True, sources=("G-13", "DW-02", "DW-06", "OG-01", "OG-02"),
    ),
    Item(
        "R02", R, RISK,
        "A-t-elle tout perdu, ou dit-elle n’avoir plus rien à perdre ?",
        "Has this person lost everything, or do they say that they have nothing left to lose?",
        "Emploi, logement, enfants, liens, réputation, espoir de retour. Un changement appelle un nouvel examen.",
        "Work, home, children, ties, reputation, hope of a return. A change calls for a new look.",
        aggravating=True, sources=("DW-04", "CF-16"),
    ),
    Item(
        "R03", R, RISK,
        "Tient-elle la personne protégée pour responsable de ce qui lui arrive ?",
        "Do they hold the protected person responsible for what happens to them?",
        "Rancune, idée de revanche, propos tenus à des tiers.",
        "Resentment, thoughts of revenge, words said to others.",
        aggravating=True, sources=("DW-04", "CF-16"),
    ),
    Item(
        "R04", R, RISK,
        "Se croit-elle attaquée de toutes parts, en citant des faits précis ?",
        "Do they believe that everybody is against them, naming precise facts?",
        "Noter les faits cités. Un avis psychiatrique peut être urgent.",
        "Note the facts named. Psychiatric advice may be urgent.",
        aggravating=True, sources=("DW-04", "CF-16", "DW-10"),
    ),
    Item(
        "R05", R, RISK,
        "A-t-elle déjà passé outre une interdiction, une convocation ou une décision de justice ?",
        "Have they ever ignored a ban, a summons or a court’s decision?",
        "Y compris une seule fois, y compris sans suite.",
        "Even once, even if nothing followed.",
        sources=("G-11", "OG-01", "RQ-11"),
    ),
    Item(
        "R06", R, RISK,
        "Surveille-t-elle ou suit-elle la personne protégée, ou l’a-t-elle déjà retrouvée, même par un téléphone ou un compte ?",
        "Do they watch or follow the protected person, or have they found them before, if only through a phone or an account?",
        "Partage de position, mots de passe connus, objets connectés, enfants interrogés.",
        "Shared location, known passwords, connected objects, children being questioned.",
        sources=("G-20", "G-21", "DW-06", "OG-01", "SP-07"),
    ),
    Item(
        "R07", R, RISK,
        "Des violences antérieures sont-elles connues, envers la même personne ou envers d’autres ?",
        "Is earlier violence known, against the same person or against others?",
        "Plaintes, mains courantes, interventions, autres partenaires, voisinage.",
        "Complaints, log entries, interventions, other partners, neighbours.",
        sources=("G-10", "G-11", "OF-11", "OG-05", "RQ-10"),
    ),
    Item(
        "R08", R, RISK,
        "L’alcool, une drogue ou un médicament pèse-t-il sur ses actes ?",
        "Do alcohol, a drug or a medicine weigh on what they do?",
        sources=("G-08", "DW-06", "OG-01"),
    ),
    Item(
        "R09", R, RISK,
        "Souffre-t-elle de troubles psychiques, ou a-t-elle interrompu un soin ?",
        "Are mental health troubles known, or has care been broken off?",
        "Un soin interrompu appelle un nouvel examen.",
        "Care that was broken off calls for a new look.",
        sources=("G-09", "DW-06", "DW-10", "RQ-62"),
    ),
    Item(
        "R10", R, RISK,
        "A-t-elle parlé de se tuer, ou essayé ?",
        "Have they spoken of killing themselves, or tried to?",
        sources=("G-12", "OG-02"),
    ),
    Item(
        "R11", R, RISK,
        "Dit-elle ne pas pouvoir vivre sans l’autre, ou n’accepte-t-elle pas une séparation ou une grossesse ?",
        "Do they say that they cannot live without the other, or not accept a separation or a pregnancy?",
        sources=("DW-02", "OG-02"),
    ),
    Item(
        "R12", R, RISK,
        "A-t-elle perdu récemment un emploi, un logement ou un revenu ?",
        "Have they recently lost a job, a home or an income?",
        sources=("DW-02", "OG-05"),
    ),
    Item(
        "R13", R, RISK,
        "A-t-elle fait du mal à un animal, ou menacé de le faire ?",
        "Have they hurt an animal, or threatened to?",
        sources=("DW-02",),
    ),
    Item(
        "S01", R, SAFETY,
        "Reconnaît-elle ses actes et sa part de responsabilité ?",
        "Do they acknowledge what they did and their own part in it?",
        "Devant qui, et avec quels mots ? Un regret n’est pas une reconnaissance.",
        "To whom, and in which words? Regret is not acknowledgement.",
        sources=("DW-03",),
    ),
    Item(
        "S02", R, SAFETY,
        "Son départ du domicile a-t-il été préparé, avec un logement trouvé ?",
        "Was their leaving the home prepared, with a place to live found?",
        sources=("DW-03",),
    ),
    Item(
        "S03", R, SAFETY,
        "A-t-elle un emploi ou une activité régulière ?",
        "Do they have a job or a regular occupation?",
        sources=("DW-03",),
    ),
    Item(
        "S04", R, SAFETY,
        "Des proches ou des professionnels la soutiennent-ils, sans excuser les violences ?",
        "Do relatives or professionals support them, without excusing the violence?",
        sources=("DW-03",),
    ),
    Item(
        "S05", R, SAFETY,
        "Suit-elle un soin ou un stage avec assiduité ?",
        "Do they attend care or a programme regularly?",
        "À confirmer par le service qui la reçoit.",
        "To be confirmed by the service that receives them.",
        sources=("RQ-61", "RQ-62", "RQ-69"),
    ),
)  # fmt: skip

SHORT_FORM = Instrument(
    id="egide_short_form",
    version="1",
    title_fr="Formulaire court d’Égide",
    title_en="Égide’s short form",
    notice_fr=(
        "Ce formulaire est propre à Égide. Ce n’est pas la grille d’évaluation du danger de la police et de la"
        " gendarmerie, et il n’a pas été validé par une étude. Il aide à ne rien oublier et ouvre une décision humaine ;"
        " il ne conclut jamais à l’absence de danger."
    ),
    notice_en=(
        "This form is Égide’s own. It is not the danger grid of the police and gendarmerie, and no study has validated"
        " it. It helps to forget nothing and opens a human decision; it never concludes that there is no danger."
    ),
    official=False,
    holder="Égide",
    permission="EUPL-1.2",
    rule="egide_short_form",
    items=PROTECTED_ITEMS + RESPONDENT_ITEMS,
)
