import { useTranslations } from 'next-intl'

/** Lånekassen's trade mark stands right beside the total; the operator supplies it, and without it the name stands there. */
export function LanekassenLogo({ hasLogo }: { readonly hasLogo: boolean }) {
  const name = useTranslations('lanekassen')('name')
  return hasLogo ? <img className="h-10 w-auto rounded bg-white p-1" src="/api/lanekassen-logo" alt={name} /> : <span className="text-lg font-semibold">{name}</span>
}
