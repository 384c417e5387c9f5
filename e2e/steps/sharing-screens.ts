import { somebodyWith } from './people.ts'
import type { Screen, Tools } from './screens.ts'
import { invites, opens, startsSharing } from './sharing-by-post.ts'
import { adviser, staffByPost } from './staff.ts'

/** Words as long as banks' own may be. */
const long = {
  unit: 'Spesialrådgivning for privatmarked og studentøkonomi, Kristiansund og Nordmøre',
  purpose: 'Gjennomgang av betjeningsevne, sikkerhetsstillelse og avdragsfrihet før refinansieringssamtalen med medlåntaker',
  caseNumber: 'KUNDESENTER2026X00123XABCDEFGHIJKLX0017Z',
}

/** A customer, without a screen, who has pressed start. */
async function shows(tools: Tools) {
  const { customer } = await arrives(tools)
  const { at, code } = await startsSharing(customer)
  return { customer: { ...customer, at }, code }
}
/** The same, who has not pressed anything. */
async function arrives({ sandbox, behindTheScreens }: Tools) {
  const somebody = await somebodyWith(sandbox)
  await behindTheScreens.consents(somebody)
  return { customer: await behindTheScreens.logsIn(somebody) }
}
/** An adviser, without a screen, who has the figures before them. */
async function looks(code: string, appUrl: string) {
  const employee = await staffByPost(appUrl, adviser)
  return { ...employee, at: await opens(employee, code) }
}
async function shown(tools: Tools) {
  const { customer, code } = await shows(tools)
  return { customer, employee: await looks(code, customer.origin) }
}
/** An adviser who has made a link for a case. */
const asks = async ({ page }: Tools, asked?: Record<string, string>) => invites(await staffByPost(new URL(page.url()).origin, adviser), asked)
const wordy = ({ database }: Tools) => database.ask('UPDATE "Share" SET "unit" = $1, "purpose" = $2, "caseNumber" = $3 WHERE "endedAt" IS NULL', [long.unit, long.purpose, long.caseNumber])

/** The customer's balance page, `first` of which has happened. */
const own = (name: string, first: (tools: Tools) => Promise<{ readonly customer: Parameters<Tools['behindTheScreens']['bring']>[1] }>, address = '/balance', title = 'Studielånet ditt'): Screen => ({
  name, title,
  arrive: async (tools) => {
    const { customer } = await first(tools)
    await tools.behindTheScreens.bring(tools.page, customer)
    await tools.page.goto(address)
  },
})
/** The adviser's screen, `first` of which has happened: where they stand then. */
const bank = (name: string, title: string, first: (tools: Tools) => Promise<{ readonly employee: Awaited<ReturnType<typeof looks>>; readonly address: string }>, more: Partial<Screen> = {}): Screen => ({
  name, title,
  arrive: async (tools) => {
    const { employee, address } = await first(tools)
    await tools.behindTheScreens.bring(tools.page, employee)
    await tools.page.goto(address)
  },
  ...more,
})
const viewed = async (tools: Tools) => {
  const { customer, employee } = await shown(tools)
  return { customer, employee, address: employee.at.url }
}
/** Fills in the adviser's form and sends it: in whatever language the screen is. */
async function types({ page }: Tools, form: 'open' | 'invite', given: { readonly code?: string; readonly caseNumber: string }): Promise<void> {
  if (form === 'invite') await page.locator(`details:has(#${form}-case) > summary`).click()
  if (given.code) await page.locator(`#${form}-code`).fill(given.code)
  const box = page.locator(`form:has(#${form}-case)`)
  await box.getByRole('radio').first().check()
  await box.locator(`#${form}-case`).fill(given.caseNumber)
  await box.getByRole('button').click()
}
const typed = (name: string, form: 'open' | 'invite', given: { readonly code?: string; readonly caseNumber: string }, then: string): Screen => ({
  name, title: 'For ansatte', anew: true,
  arrive: async (tools) => {
    const { page, behindTheScreens } = tools
    if (!page.url().endsWith('/staff')) {
      await page.goto('/staff/login')
      await behindTheScreens.bring(page, await staffByPost(new URL(page.url()).origin, adviser))
    }
    await page.goto('/staff')
    await types(tools, form, given)
    await page.locator(then).waitFor()
  },
})
const fresh = (tools: Tools) => tools.page.goto('/staff/login')

/** What a customer is told of the adviser by name, where the bank has turned that on. */
export const namedScreens: readonly Screen[] = [
  own('share, open, with the adviser’s name', shown),
  own('my data, seen by an adviser with a name', shown, '/my-data', 'Det vi har lagret om deg'),
]

/** Every screen on which a customer shows an adviser something, on both sides, in every state it has. */
export const sharingScreens: readonly Screen[] = [
  own('share, the code', shows),
  own('share, open', shown),
  own('share, open, everything long', async (tools) => {
    const both = await shown(tools)
    await wordy(tools)
    return both
  }),
  own('share, stopped', async (tools) => {
    const { customer } = await shown(tools)
    return { customer: { ...customer, at: await customer.press(await customer.get('/balance'), 'Stopp deling') } }
  }),
  own('share, the adviser is done', async (tools) => {
    const { customer, employee } = await shown(tools)
    await employee.press(employee.at, 'Avslutt visningen')
    return { customer }
  }),
  ...['nothing-to-share', 'invitation-gone', 'too-many'].map((why) => own(`share, ${why}`, arrives, `/balance?share=${why}`)),
  own('my data, seen by advisers', async (tools) => {
    const { customer } = await shown(tools)
    await wordy(tools)
    return { customer }
  }, '/my-data', 'Det vi har lagret om deg'),
  {
    name: 'asked', title: 'Testbanken AS vil se studielånet ditt sammen med deg',
    arrive: async (tools) => {
      await fresh(tools)
      await tools.page.goto(await asks(tools))
    },
  },
  {
    name: 'asked, logged in', title: 'Testbanken AS vil se studielånet ditt sammen med deg',
    arrive: async (tools) => {
      await tools.behindTheScreens.seesTheirBalance(tools.page, await somebodyWith(tools.sandbox))
      await tools.page.goto(await asks(tools))
    },
  },
  {
    name: 'asked, who and why, everything long', title: 'Studielånet ditt',
    arrive: async (tools) => {
      const customer = await tools.behindTheScreens.seesTheirBalance(tools.page, await somebodyWith(tools.sandbox))
      const link = await asks(tools, { purpose: 'other', otherPurpose: long.purpose, caseNumber: long.caseNumber })
      await customer.press(await customer.get(link), 'Se hvem som spør')
      await tools.behindTheScreens.bring(tools.page, customer)
      await tools.page.goto('/balance')
    },
  },
  { name: 'asked, gone', title: 'Invitasjonen virker ikke', arrive: ({ page }) => page.goto(`/invitation/${'x'.repeat(43)}`) },
  bank('adviser, busy', 'For ansatte', async (tools) => {
    const { customer } = await shown(tools)
    await customer.press(await customer.get('/balance'), 'Stopp deling')
    const { employee } = await shown(tools)
    await wordy(tools)
    await employee.press(await employee.get('/staff'), 'Lag lenke', { purpose: 'other', otherPurpose: long.purpose, caseNumber: long.caseNumber })
    return { employee, address: '/staff' }
  }),
  typed('adviser, wrong code', 'open', { code: '2222 2222', caseNumber: long.caseNumber }, '#open-problem'),
  typed('adviser, no case', 'invite', { caseNumber: '???' }, '#invite-problem'),
  typed('adviser, invitation made', 'invite', { caseNumber: long.caseNumber }, '#invite-link'),
  bank('view', 'Studielånet kunden viser deg', viewed),
  bank('view, everything long', 'Studielånet kunden viser deg', async (tools) => {
    const both = await viewed(tools)
    await wordy(tools)
    return both
  }),
  {
    name: 'view, out of contact', title: 'Studielånet kunden viser deg', anew: true,
    arrive: async (tools) => {
      const { page, behindTheScreens } = tools
      // The page of the language before hears that its share is over, and would load itself anew on the way to the next.
      await page.goto('about:blank')
      await page.unrouteAll()
      const { employee, address } = await viewed(tools)
      await behindTheScreens.bring(page, employee)
      await page.route((url) => url.pathname.endsWith('/live'), (route) => route.abort())
      await page.route(address, (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()))
      await page.goto(address)
      await page.locator('.ds-alert[role=status]').waitFor()
    },
    leave: ({ page }) => page.unrouteAll(),
  },
  bank('view, ended', 'Visningen er slutt', async (tools) => {
    const { customer, ...both } = await viewed(tools)
    await customer.press(await customer.get('/balance'), 'Stopp deling')
    return both
  }),
  bank('view, lost', 'Visningen er slutt', async (tools) => {
    const both = await viewed(tools)
    await tools.database.ask('DELETE FROM "ShareSeal"')
    return both
  }),
  bank('view, cannot be logged', 'Visningen er slutt', async (tools) => {
    const both = await viewed(tools)
    await tools.database.ask('REVOKE INSERT ON "AuditEvent" FROM saldosyn_app')
    return both
  }, { leave: ({ database }) => database.ask('GRANT INSERT ON "AuditEvent" TO saldosyn_app') }),
]
