import { PageHeading } from '../ui/page-heading'
import type { Block, Section, Sheet } from './sheet'

/** A sheet on the screen and on paper. */
export function SheetView({ sheet }: { readonly sheet: Sheet }) {
  return (
    <article className="sheet grid gap-8">
      <header className="grid gap-4">
        <PageHeading>{sheet.title}</PageHeading>
        {sheet.lead.map((words) => (
          <p key={words} className="text-xl">
            {words}
          </p>
        ))}
      </header>
      {sheet.sections.map((section) => (
        <SectionView key={section.heading} {...section} />
      ))}
    </article>
  )
}

function SectionView({ heading, blocks }: Section) {
  return (
    <section className="grid gap-3">
      <h2 className="ds-heading font-semibold" data-size="2xs">
        {heading}
      </h2>
      <Blocks blocks={blocks} />
    </section>
  )
}

/** Content inside another page. */
export const Blocks = ({ blocks }: { readonly blocks: readonly Block[] }) => blocks.map((block, index) => <BlockView key={index} {...block} />)

function BlockView(block: Block) {
  switch (block.kind) {
    case 'text':
      return <p>{block.text}</p>
    case 'subheading':
      return <h3 className="font-semibold">{block.text}</h3>
    case 'facts':
      return (
        <dl className="divide-y divide-line border-y border-line">
          {block.facts.map(([term, words]) => (
            <div key={term} className="grid gap-x-6 gap-y-1 py-3 sm:grid-cols-[12rem_1fr]">
              <dt className="font-semibold">{term}</dt>
              <dd className="min-w-0">{words}</dd>
            </div>
          ))}
        </dl>
      )
    case 'steps':
      return (
        <ol className="ds-list list-decimal">
          {block.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )
    case 'quote':
      return (
        <blockquote className="grid gap-3 border-l-4 border-line pl-4" lang={block.lang}>
          <Blocks blocks={block.blocks} />
        </blockquote>
      )
    case 'table':
      return (
        <table className="ds-table">
          <thead>
            <tr>
              {block.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {block.rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <td key={column}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )
  }
}
