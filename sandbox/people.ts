import { idnr } from '@navikt/fnrvalidator'

/** Somebody one can be in the sandbox. `shows` says, in Norwegian, what the case is for. */
export type Person = { pid: string; name: string; group: 'published' | 'scenario'; shows: string; knownToAltinn: boolean }

const published = (pid: string, name: string, shows: string): Person => ({ pid, name, group: 'published', shows, knownToAltinn: true })
const scenario = (pid: string, name: string, shows: string, knownToAltinn = true): Person => ({ pid, name, group: 'scenario', shows, knownToAltinn })

/**
 * The 17 fictive customers that DSOP has published for this service (dsop_saldostudielan_integrasjonstest), and scenario
 * people with synthetic numbers (month + 80, valid check digits). No number in here can belong to a living person.
 */
export const people: readonly Person[] = [
  published('01085301957', 'Steinar Bruun', '1a: bare lån, under 1 million'),
  published('01097601522', 'Ahmad Berland', '1b: bare lån, over 1 million'),
  published('02075700329', 'Fabian Jonassen', '2: ingen gjeld, for eksempel bare stipend'),
  published('02095302184', 'Iver Borge', '3a: lån og renter, under 1 million'),
  published('02104802179', 'Sigve Austad', '3b: lån og renter, over 1 million'),
  published('03096902157', 'Teodor Gjestvang', '4a: alt unntatt omkostninger, under 1 million'),
  published('03124002140', 'Ronny Holte', '4b: alt unntatt omkostninger, over 1 million'),
  published('04024701293', 'Agathe Unhjem', '5: lån og gebyr'),
  published('04056200784', 'Nataniel Stølan', '6: alt unntatt gebyr'),
  published('04125300311', 'Hauk Haugnes', '7: alle fire deler'),
  published('05106500098', 'Ingeborg Sølvberg', '8: renter og gebyr'),
  published('06095300381', 'Inge Zhang', '9: bare renter'),
  published('07017900514', 'Vegar Moa', '10: lån og omkostninger'),
  published('08027200274', 'Vanja Øyan', '11: bare gebyr'),
  published('08027201815', 'Mari Brunstad', '12: bare omkostninger'),
  published('08027202285', 'Gabrielle Grønseth', '13: alt unntatt renter'),
  published('08046802080', 'Elise Olufsen', '14: alt unntatt lån'),

  scenario('24907524708', 'Nora Nordmann', 'vanlig kunde med syntetisk nummer, alle fire deler'),
  scenario('03817010023', 'Una Ukjent', 'finnes ikke hos Lånekassen (404)'),
  scenario('04867310741', 'Kåre Kreditt', 'har betalt for mye: negativ saldo'),
  scenario('05917611434', 'Nils Nullverdi', 'ett beløp er null (ukjent, ikke kr 0)'),
  scenario('20829222281', 'Tove Totalløs', 'totalsummen er null (ukjent)'),
  scenario('06847912160', 'Frida Forsinket', 'ukjent delnavn: Forsinkelsesrenter'),
  scenario('07898212828', 'Sumaya Stemmerikke', 'totalsummen 0 ved siden av deler, som i det publiserte eksempelet'),
  scenario('19898921215', 'Tom Tomliste', 'ingen deler, men totalsum ulik 0'),
  scenario('08828513592', 'Eira Euro', 'beløp i fremmed valuta (EUR)'),
  scenario('13837117083', 'Desi Desimal', 'bare gebyr, med tre desimaler'),
  scenario('18848620560', 'Berit Balansesen', 'flere balanser i samme del'),
  scenario('22929823420', 'Ulla Underveis', 'en balanse av annen type enn closingBooked'),
  scenario('14887417882', 'Frode Forveksling', 'svaret gjelder en annen person (Bban stemmer ikke)'),
  scenario('09878814247', 'Trygve Travel', 'for mange kall (429) med Retry-After'),
  scenario('10929114952', 'Tuva Travel', 'for mange kall (429) uten Retry-After'),
  scenario('11859415689', 'Finn Femhundre', 'ukjent feil hos Lånekassen (500)'),
  scenario('12909716371', 'Tor Treig', 'svarer først etter 12 sekunder'),
  scenario('15817718466', 'Ada Avkuttet', 'JSON som stopper midt i'),
  scenario('16868019240', 'Stine Storsvar', 'et enormt svar'),
  scenario('17918319816', 'Helge Html', 'HTML i stedet for JSON'),
  scenario('21879522657', 'Alma Altinnløs', 'finnes ikke i Altinns register (AM-00004)', false),
]

const byPid = new Map(people.map((person) => [person.pid, person]))

export const findPerson = (pid: string): Person | undefined => byPid.get(pid)

/** How a person is called in the log and in the list of requests: never by number. */
export const nameOf = (pid: string): string => byPid.get(pid)?.name ?? 'en som ikke står på listen'

/** The published customers, and any synthetic number (month + 80) with valid check digits. Everyone else stays outside. */
export const mayEnter = (pid: string): boolean => {
  if (byPid.has(pid)) return true
  const checked = idnr(pid)
  return checked.status === 'valid' && (checked.type === 'tnr' || checked.type === 'dnr-and-tnr')
}

/** Eleven digits with valid control digits, of whatever kind. */
export const isNationalId = (pid: string): boolean => /^\d{11}$/.test(pid) && idnr(pid).status === 'valid'

/** Is the person in the register that Altinn looks people up in? */
export const isInAltinnRegister = (pid: string): boolean => mayEnter(pid) && (byPid.get(pid)?.knownToAltinn ?? true)
