import type { RecordRow, SchemaField, SchemaKind } from '@/api/types'
import { words } from '@/i18n'

export interface TableColumn {
  key: string // field of the row, and name of the slot "cell-KEY"
  label: string
  field?: SchemaField // how its value is shown; without one, as text
  sort?: string | boolean // name to sort by, true: the key
  isNumber?: boolean
  isHidden?: boolean // not among the columns shown at first
  width?: string // CSS
}

/* What of a record may be shown in a list, the columns marked for it first. */
export function columnsOf(kind: SchemaKind): TableColumn[] {
  const open = kind.fields.filter((f) => !f.sealed && f.kind !== 'json' && f.kind !== 'text_long')
  // a person reads the name first, whatever the table's order is
  open.sort((a, b) => Number(b.name === 'name') - Number(a.name === 'name'))
  return open.map((field) => ({
    key: field.name,
    label: words(field.label),
    field,
    sort: field.sort,
    isNumber: field.kind === 'int',
    isHidden: !field.list,
  }))
}

export function titleOf(row: RecordRow, kind?: SchemaKind): string {
  for (const key of ['name', 'title', 'domain', 'host', 'address'])
    if (typeof row[key] === 'string' && row[key]) return row[key] as string
  const what = kind?.fields.find((f) => f.name === 'field' && f.kind === 'enum')
  const word = what?.values?.find((v) => v.value === row.field)
  if (word) return [row.site_id_label, words(word.label)].filter(Boolean).join(' · ')
  const text = kind?.fields.find((f) => f.kind === 'text' && f.required)
  return String((text && row[text.name]) || `#${row.id}`)
}
