import type { SchemaKind } from '@/api/types'
import { words } from '@/i18n'

/* A reported or measured value as people read it; contradictions keep them as words. */
export function sayValue(field: string, value: string, site: SchemaKind | undefined, yes: string, no: string): string {
  const of = site?.fields.find((f) => f.name === field)
  if (value === 'true') return yes
  if (value === 'false') return no
  if (of?.kind === 'enum') return words(of.values?.find((v) => v.value === value)?.label) || value
  return value
}
