/** The heading of a page's part, by whose id the part is named. */
export const SectionHeading = ({ id, children }: { readonly id: string; readonly children: string }) => (
  <h2 id={id} className="ds-heading font-semibold" data-size="xs">
    {children}
  </h2>
)
