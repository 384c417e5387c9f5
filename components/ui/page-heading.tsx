import { HeadingFocus } from './heading-focus'

type Props = {
  readonly children: string
  /** Names the step when two steps share a heading; a new step takes the focus here. */
  readonly step?: string
}

export function PageHeading({ children, step = children }: Props) {
  return (
    <>
      <h1 className="ds-heading text-balance" data-size="md" tabIndex={-1}>
        {children}
      </h1>
      <HeadingFocus step={step} />
    </>
  )
}
