import { describe, expect, test } from 'vitest'
import { locales } from '@/messages/locales'
import { messages } from '@/messages/messages'
import { htmlOf, textOf } from '../testing/draw'
import { LastNameField, lastNameProblems } from './last-name-field'

const input = (html: string) => /<input[^>]*>/.exec(html)?.[0] ?? ''

describe.each(locales)('the field for the last name, in %s', (locale) => {
  const words = messages[locale].consent.lastName

  test('has its label, says why it is asked for, and is described by that', () => {
    const html = htmlOf(<LastNameField problem={null} />, locale)
    expect(html).toContain('<label class="ds-label font-semibold" for="last-name">')
    expect(textOf(<LastNameField problem={null} />, locale)).toBe(`${words.label} ${words.why} ${words.last}`)
    for (const attribute of [/ id="last-name"/, / name="lastName"/, / autocomplete="family-name"/i, / required/, / aria-describedby="last-name-why"/]) expect(input(html)).toMatch(attribute)
    expect(input(html)).not.toMatch(/aria-invalid|value=/)
  })

  test.each(lastNameProblems)('says what is wrong (%s) before the field, to screen readers too, and repeats no name', (problem) => {
    const html = htmlOf(<LastNameField problem={problem} />, locale)
    expect(textOf(<LastNameField problem={problem} />, locale)).toContain(words.problems[problem])
    expect(html).toMatch(/<p id="last-name-problem"[^>]*role="alert"/)
    expect(html.indexOf('last-name-problem')).toBeLessThan(html.indexOf('<input'))
    expect(input(html)).toMatch(/aria-invalid="true".*aria-describedby="last-name-problem last-name-why"/)
    expect(input(html)).not.toContain('value=')
  })
})
