/** What a person reads when the demo is up. */

/** Four of the sandbox's test customers, each for what it shows. */
const PEOPLE = [
  ['Hauk Haugnes', 'a loan with interest, costs and fees: all four parts'],
  ['Steinar Bruun', 'a loan and nothing else'],
  ['Fabian Jonassen', 'no debt'],
  ['Una Ukjent', 'unknown to Lånekassen'],
]

/** @param {{ appUrl: string, otherUrl?: string, sandboxUrl: string, altinn2?: boolean }} stack */
export function welcome({ appUrl, otherUrl, sandboxUrl, altinn2 = false }) {
  const width = Math.max(...PEOPLE.map(([name]) => name.length)) + 2
  return [
    '',
    `Saldosyn is ready.   ${appUrl}`,
    ...(otherUrl ? [`The second bank:     ${otherUrl}`] : []),
    '',
    '  1. Open the address and choose "Logg inn".',
    '  2. Choose a test customer, for example:',
    ...PEOPLE.map(([name, shows]) => `       ${name.padEnd(width)}${shows}`),
    altinn2 ? '  3. Write their last name, which Altinn 2 wants to know. Give your consent, and see the balance.' : '  3. Give your consent, and see the balance.',
    `  4. Show it to an adviser: "Start deling" gives a code, and ${appUrl}/staff takes it (Ragnhild Rådgiver, in another browser).`,
    '',
    `Switch on faults, or see what the outside world was asked:   ${sandboxUrl}`,
    'What each part writes is in .data/logs.',
    '',
    'Everyone in it is fictitious, and nothing leaves this machine. Ctrl-C stops everything.',
    '',
  ].join('\n')
}
