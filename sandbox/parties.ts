export const partyNames = ['idporten', 'staff', 'maskinporten', 'altinn', 'altinn2', 'lanekassen'] as const
export type PartyName = (typeof partyNames)[number]

/** How a party is called in the log and on the start page. */
export const partyLabels: Record<PartyName, string> = {
  idporten: 'ID-porten', staff: 'Ansattinnlogging', maskinporten: 'Maskinporten', altinn: 'Altinn', altinn2: 'Altinn 2', lanekassen: 'Lånekassen',
}
