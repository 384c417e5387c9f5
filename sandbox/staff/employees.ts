/** Somebody in the bank. `pid` is their own national id, as a bank's directory may have it. */
export type Employee = { id: string; name: string; roles: readonly string[]; unit: string | readonly string[]; pid?: string; disabled: boolean; does: string }

/** The bank's people: some for each role, one with two roles and two units, and one who has none and must be kept out. The number is synthetic. */
export const employees: readonly Employee[] = [
  { id: 'ansatt-1', name: 'Ragnhild Rådgiver', roles: ['adviser'], unit: 'Avdeling Sentrum', pid: '22847500038', disabled: false, does: 'rådgiver' },
  { id: 'ansatt-2', name: 'Rolf Rådgiver', roles: ['adviser'], unit: 'Avdeling Nord', disabled: false, does: 'rådgiver i en annen avdeling' },
  { id: 'ansatt-3', name: 'Revidar Revisor', roles: ['auditor'], unit: 'Internrevisjonen', disabled: false, does: 'revisor' },
  { id: 'ansatt-4', name: 'Dagny Drift', roles: ['admin', 'auditor'], unit: ['IT-drift', 'Internrevisjonen'], disabled: false, does: 'drift og revisjon' },
  { id: 'ansatt-5', name: 'Ulf Utenrolle', roles: [], unit: 'Kantinen', disabled: false, does: 'ingen rolle' },
  { id: 'ansatt-6', name: 'Dorthe Drift', roles: ['admin'], unit: 'IT-drift', disabled: false, does: 'bare drift' },
]
