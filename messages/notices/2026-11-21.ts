import { notice202611 } from './2026-11'

/** The words of our own consent page, version 2026-11-21: as those before, and they name a supplier who helps the bank. `{supplier}` is filled in too. */
export const notice20261121 = {
  nb: { ...notice202611.nb, help: { term: 'Hvem som hjelper oss', text: '{supplier} henter saldoen for {bank}. De bruker den ikke til noe annet.' } },
  nn: { ...notice202611.nn, help: { term: 'Kven som hjelper oss', text: '{supplier} hentar saldoen for {bank}. Dei bruker han ikkje til noko anna.' } },
  en: { ...notice202611.en, help: { term: 'Who helps us', text: '{supplier} fetches the balance for {bank}. They use it for nothing else.' } },
}
