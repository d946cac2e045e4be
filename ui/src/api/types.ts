/* Shapes several pages share. What only one page reads is declared in that page. */

export type Lang = 'zh' | 'en'
export type Words = Record<Lang, string>

export interface Session {
  account: { id: number | string; login: string; name: string; lang: Lang }
  office_name?: string
  roles: string[]
  unit?: { id: number | string; name: string } | null
  rights: string[]
  idle_s: number
  expires_at: string
  step_up_until: string | null
  enrol_totp?: boolean
  totp?: boolean
}

export type FieldKind =
  | 'text'
  | 'text_long'
  | 'int'
  | 'bool'
  | 'date'
  | 'time'
  | 'enum'
  | 'enums'
  | 'ref'
  | 'phone'
  | 'email'
  | 'domain'
  | 'url'
  | 'json'

export interface SchemaValue {
  value: string
  label: Words
}

export interface SchemaField {
  name: string
  kind: FieldKind
  label: Words
  hint?: Words
  required?: boolean
  read_only?: boolean
  masked?: boolean
  sealed?: boolean // written, never read back
  max?: number
  values?: SchemaValue[]
  ref?: string
  filter?: boolean
  sort?: boolean
  search?: boolean
  list?: boolean
  group?: string
  group_label?: Words
}

export interface SchemaKind {
  name: string
  plural: string
  label: Words
  owner: string
  read_right?: string
  write_right?: string
  retire_right?: string
  fields: SchemaField[]
}

/* A record as the API gives it: its own fields beside these; REF fields also as NAME_label. */
export interface RecordRow {
  id: number | string
  rev?: number
  unit_id?: number | null
  created?: string | null
  updated?: string | null
  retired?: string | null
  [field: string]: unknown
}
