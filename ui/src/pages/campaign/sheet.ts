/* Forms as the server writes them (src/campaign/form_json.c), and answers under them. */
import { words } from '@/i18n'
import type { SchemaField, Words } from '@/api/types'

export interface Clause {
  block?: string
  field: string
  op: 'is' | 'is_not' | 'filled' | 'empty' | '<' | '<=' | '>' | '>=' | '=='
  words: string[]
  number: number
}
export interface NormRef {
  key: string
  number?: string
  title?: Words
  place?: string
}
export interface FormField {
  key: string
  type: string
  label: Words
  help?: Words
  unit?: string
  required?: boolean
  proof?: boolean
  min?: number
  max?: number
  max_bytes?: number
  points?: number
  from?: string
  measured?: string
  options?: { key: string; zh: string; en: string }[]
  when?: Clause[]
  norm?: NormRef
}
export interface FormBlock {
  key: string
  title?: Words
  help?: Words
  when?: Clause[]
  repeat?: { of: string; min: number; max: number }
  fields: FormField[]
}
export interface Form {
  form: string
  version: number
  title?: Words
  note?: Words
  origin: string
  norm?: NormRef
  blocks: FormBlock[]
  rules: { label: Words; warn?: boolean }[]
}
export type Row = Record<string, unknown>
export type Answers = Record<string, Row | Row[]>
export interface Check {
  result?: string
  note?: string
  files?: number[]
}
export interface SheetProblem {
  path: string // "unit.name", "sites[2].icp", "rule 3"
  text: string
  isWarning?: boolean
}

export const isEmpty = (v: unknown): boolean =>
  v === undefined || v === null || v === '' || (Array.isArray(v) && !v.length) ||
  (typeof v === 'object' && !Array.isArray(v) && !(v as Check).result)

const asWords = (v: unknown): string[] => {
  if (Array.isArray(v)) return v.map(String)
  if (v && typeof v === 'object') return [String((v as Check).result ?? '')]
  return isEmpty(v) ? [] : [String(v)]
}
function clauseHolds(c: Clause, answers: Answers, row: Row | undefined): boolean {
  const place = c.block ? answers[c.block] : row
  const v = Array.isArray(place) ? undefined : place?.[c.field]
  switch (c.op) {
    case 'is': return asWords(v).some((w) => c.words.includes(w))
    case 'is_not': return !isEmpty(v) && !asWords(v).some((w) => c.words.includes(w))
    case 'filled': return !isEmpty(v)
    case 'empty': return isEmpty(v)
  }
  if (typeof v !== 'number') return false
  switch (c.op) {
    case '<': return v < c.number
    case '<=': return v <= c.number
    case '>': return v > c.number
    case '>=': return v >= c.number
    default: return v === c.number
  }
}
/* What is shown while a person types; the server decides again when it is submitted. */
export const holds = (when: Clause[] | undefined, answers: Answers, row?: Row) =>
  (when ?? []).every((c) => clauseHolds(c, answers, row))

/* Everything a template binds to is there: an object for each block, rows where they repeat. */
export function shaped(form: Form, answers: Answers): Answers {
  const out: Answers = { ...answers }
  for (const b of form.blocks) {
    if (b.repeat) {
      const rows = Array.isArray(out[b.key]) ? [...(out[b.key] as Row[])] : []
      while (rows.length < b.repeat.min) rows.push({})
      out[b.key] = rows
    } else if (!out[b.key] || Array.isArray(out[b.key])) out[b.key] = {}
  }
  return out
}
/* As it is sent: without what was never stated. */
export function stated(answers: Answers): Answers {
  const clean = (row: Row) => Object.fromEntries(Object.entries(row).filter(([, v]) => v !== undefined && v !== null && v !== ''))
  return Object.fromEntries(Object.entries(answers).map(([k, v]) => [k, Array.isArray(v) ? v.map(clean) : v && typeof v === 'object' ? clean(v) : v]))
}
export const pathOf = (block: FormBlock, row: number, field: string) => (block.repeat ? `${block.key}[${row}].${field}` : `${block.key}.${field}`)

/* Answers as one flat record, to lay two versions side by side: a repeated block is one value. */
export function flat(form: Form, answers: Answers): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const b of form.blocks) {
    if (b.repeat) out[b.key] = answers[b.key] ?? []
    else for (const f of b.fields) out[`${b.key}.${f.key}`] = (answers[b.key] as Row | undefined)?.[f.key] ?? null
  }
  return out
}
export function unflat(form: Form, values: Record<string, unknown>): Answers {
  const out: Answers = {}
  for (const b of form.blocks) {
    if (b.repeat) out[b.key] = (values[b.key] ?? []) as Row[]
    else out[b.key] = Object.fromEntries(b.fields.map((f) => [f.key, values[`${b.key}.${f.key}`]]).filter(([, v]) => v !== null && v !== undefined))
  }
  return out
}
export function flatFields(form: Form): SchemaField[] {
  return form.blocks.flatMap((b): SchemaField[] =>
    b.repeat
      ? [{ name: b.key, kind: 'json', label: b.title ?? { zh: b.key, en: b.key } }]
      : b.fields.map((f) => ({
          name: `${b.key}.${f.key}`, label: f.label,
          kind: f.type === 'bool' ? 'bool' : f.type === 'choice' ? 'enum' : f.type === 'choices' ? 'enums' : ['check', 'file'].includes(f.type) ? 'json' : 'text',
          values: f.options?.map((o) => ({ value: o.key, label: { zh: o.zh, en: o.en } })),
        })))
}
export const optionText = (o: { zh: string; en: string }) => words({ zh: o.zh, en: o.en })

/* A task without a form: what was done, in words, with files. */
export const plainForm: Form = {
  form: '', version: 0, origin: 'own', rules: [],
  blocks: [{
    key: 'duty',
    fields: [
      { key: 'done', type: 'long', label: { zh: '完成情况', en: 'What was done' }, max_bytes: 8000 },
      { key: 'files', type: 'file', label: { zh: '证明材料', en: 'Proof' } },
    ],
  }],
}

/* ---- what the register knows ---- */

const text = (v: unknown) => JSON.stringify(v ?? null)
export const knownAt = (known: Answers | undefined, b: FormBlock, i: number, key: string): unknown => {
  const place = known?.[b.key]
  return Array.isArray(place) ? place[i]?.[key] : place?.[key]
}
/* Where nothing was answered, what the register knows; rows only where there are none. */
export function joinKnown(form: Form, answers: Answers, known: Answers): Answers {
  const out: Answers = { ...answers }
  for (const b of form.blocks) {
    const mine = answers[b.key], theirs = known[b.key]
    if (Array.isArray(theirs)) {
      const isBlank = !Array.isArray(mine) || mine.every((row) => Object.values(row).every(isEmpty))
      if (isBlank && theirs.length) out[b.key] = theirs.map((row) => ({ ...row }))
    } else if (theirs && !Array.isArray(mine))
      out[b.key] = { ...mine, ...Object.fromEntries(Object.entries(theirs).filter(([k]) => isEmpty(mine?.[k]))) }
  }
  return out
}
/* How many answers stand as the register has them, and how many it could still fill in. */
export function knownLeft(form: Form, answers: Answers, known: Answers): { same: number; open: number } {
  const sum = { same: 0, open: 0 }
  for (const b of form.blocks) {
    const mine = answers[b.key]
    const rows = Array.isArray(mine) ? mine : [mine ?? {}]
    if (b.repeat && rows.every((row) => Object.values(row).every(isEmpty))) {
      sum.open += Array.isArray(known[b.key]) ? (known[b.key] as Row[]).length : 0
      continue
    }
    rows.forEach((row, i) => b.fields.forEach((f) => {
      const v = knownAt(known, b, i, f.key)
      if (isEmpty(v) || !holds(f.when, answers, row)) return
      if (text(row[f.key]) === text(v)) sum.same++
      else if (isEmpty(row[f.key]) && !b.repeat) sum.open++
    }))
  }
  return sum
}
