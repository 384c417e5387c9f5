/** Two rules of the house that ESLint does not have. */
import path from 'node:path'

/** Names that say nothing about what is inside. */
const EMPTY_NAME = /^(utils?|helpers?|common|managers?|handlers?|data)$|-(utils?|helpers?|managers?|handlers?)$/
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/

const fileName = {
  meta: { type: 'problem', schema: [], messages: {
    empty: '"{{name}}" says nothing about what is inside: name it after what it knows.',
    kebab: 'File names are kebab-case: "{{name}}".',
  } },
  create: (context) => ({
    Program(node) {
      const parts = path.relative(context.cwd, context.filename).split(path.sep)
      const file = parts.pop() ?? ''
      const stem = file.replace(/^\./, '').split('.')[0] ?? ''
      const empty = [stem, ...parts].find((name) => EMPTY_NAME.test(name))
      if (empty) context.report({ node, messageId: 'empty', data: { name: empty } })
      if (!KEBAB_CASE.test(stem)) context.report({ node, messageId: 'kebab', data: { name: file } })
    },
  }),
}

const noBarrel = {
  meta: { type: 'problem', schema: [], messages: { barrel: 'This file only passes on what others export. Import from them instead.' } },
  create: (context) => ({
    Program(node) {
      const passesOn = (it) => it.type === 'ExportAllDeclaration' || (it.type === 'ExportNamedDeclaration' && !it.declaration && it.specifiers.length > 0)
      const statements = node.body.filter((it) => it.directive === undefined)
      if (statements.some(passesOn) && statements.every((it) => passesOn(it) || it.type === 'ImportDeclaration')) context.report({ node, messageId: 'barrel' })
    },
  }),
}

export default { rules: { 'file-name': fileName, 'no-barrel': noBarrel } }
