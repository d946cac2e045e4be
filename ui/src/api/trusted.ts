/*
 * The content policy demands Trusted Types: text becomes markup nowhere in this program, and
 * Vue brings its own policy for the markup of templates. Libraries that empty an element with
 * innerHTML = '' (the chart renderer when it goes away) are allowed just that and no more.
 */
interface PolicyFactory {
  createPolicy(name: string, rules: { createHTML: (text: string) => string | null }): unknown
}

export function trustNothing() {
  const factory = (window as { trustedTypes?: PolicyFactory }).trustedTypes
  factory?.createPolicy('default', { createHTML: (text) => (text === '' ? '' : null) })
}
