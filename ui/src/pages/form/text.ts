/*
 * A form between its drawing and its text: the designer changes the drawing, the text (YAML,
 * src/campaign/form.h) is what is kept. What a drawing does not hold - the form's own norms -
 * is carried over as it stood.
 */
import type { Words } from '@/api/types'
import type { Clause, Form, FormBlock, FormField } from '@/pages/campaign/sheet'

export interface Rule {
  that?: string
  label: Words
  warn?: boolean
}
export interface Drawing extends Omit<Form, 'rules'> {
  per?: string
  layout?: string
  rules: Rule[]
}
export interface DrawnField extends FormField {
  was?: string
  personal?: boolean
}

const quoted = (s: string) => JSON.stringify(s)
const wordsText = (w: Words | undefined) => `{zh: ${quoted(w?.zh ?? '')}, en: ${quoted(w?.en || (w?.zh ?? ''))}}`

/* ---- conditions ---- */

export function whenText(when: Clause[] | undefined): string {
  return (when ?? []).map((c) => {
    const place = c.block ? `${c.block}.${c.field}` : c.field
    if (c.op === 'is' || c.op === 'is_not') return `${place} ${c.op} ${c.words.join('|')}`
    if (c.op === 'filled' || c.op === 'empty') return `${place} ${c.op}`
    return `${place} ${c.op} ${c.number}`
  }).join(' and ')
}

/* ---- writing ---- */

const normText = (n: Form['norm'] | undefined) => (n ? `${n.key}${n.place ? ` ${n.place}` : ''}` : 'own')

function fieldText(f: DrawnField, form: Drawing): string {
  const parts = [`key: ${f.key}`]
  if (f.from) parts.push(`from: ${f.from}`)
  else {
    parts.push(`type: ${f.type}`)
  }
  parts.push(`label: ${wordsText(f.label)}`)
  if (!f.from && ['choice', 'choices'].includes(f.type)) parts.push(`options: [${(f.options ?? []).map((o) => `{key: ${o.key}, zh: ${quoted(o.zh)}, en: ${quoted(o.en || o.zh)}}`).join(', ')}]`)
  if (f.help?.zh) parts.push(`help: ${wordsText(f.help)}`)
  if (f.unit) parts.push(`unit: ${quoted(f.unit)}`)
  if (f.required) parts.push('required: true')
  if (f.proof) parts.push('proof: true')
  if (f.personal && !f.from && !['phone', 'email'].includes(f.type)) parts.push('personal: true')
  if (f.type === 'check') parts.push(`points: ${f.points ?? 1}`)
  if (!f.from && ['int', 'number'].includes(f.type)) {
    if (typeof f.min === 'number') parts.push(`min: ${f.min}`)
    if (typeof f.max === 'number') parts.push(`max: ${f.max}`)
  }
  if (f.measured) parts.push(`measured: ${f.measured}`)
  if (f.was) parts.push(`was: ${f.was}`)
  if (f.when?.length) parts.push(`when: ${quoted(whenText(f.when))}`)
  if (normText(f.norm) !== normText(form.norm)) parts.push(`norm: ${normText(f.norm)}`)
  return `      - {${parts.join(', ')}}`
}
function blockText(b: FormBlock, form: Drawing): string {
  const lines = [`  - key: ${b.key}`, `    title: ${wordsText(b.title)}`]
  if (b.help?.zh) lines.push(`    help: ${wordsText(b.help)}`)
  if (b.repeat) lines.push(`    repeat: {of: ${b.repeat.of}, min: ${b.repeat.min}, max: ${b.repeat.max}}`)
  if (b.when?.length) lines.push(`    when: ${quoted(whenText(b.when))}`)
  lines.push('    fields:', ...b.fields.map((f) => fieldText(f, form)))
  return lines.join('\n')
}
/* The lines of SOURCE from "norms:" to the next key at the beginning of a line. */
export function normsOf(source: string): string {
  const lines = source.split('\n')
  const first = lines.findIndex((l) => l.startsWith('norms:'))
  if (first < 0) return ''
  let last = first + 1
  while (last < lines.length && !/^[a-z_]/.test(lines[last])) last++
  return `${lines.slice(first, last).join('\n').trimEnd()}\n`
}
export function textOf(form: Drawing, source: string): string {
  const head = [`form: ${form.form}`, `version: ${form.version}`, `title: ${wordsText(form.title)}`, `origin: ${form.origin}`]
  if (form.note?.zh) head.push(`note: ${wordsText(form.note)}`)
  head.push(`per: ${form.per ?? 'unit'}`)
  if (form.layout) head.push(`layout: ${form.layout}`)
  head.push(`norm: ${normText(form.norm)}`)
  const rules = form.rules.map((r) => `  - {that: ${quoted(r.that ?? '')}, label: ${wordsText(r.label)}${r.warn ? ', warn: true' : ''}}`)
  return `${head.join('\n')}\n${normsOf(source)}blocks:\n${form.blocks.map((b) => blockText(b, form)).join('\n')}\n${rules.length ? `rules:\n${rules.join('\n')}\n` : ''}`
}

/* ---- new parts ---- */

export const types = ['text', 'long', 'int', 'number', 'bool', 'date', 'choice', 'choices', 'phone', 'email', 'domain', 'url', 'file', 'check'] as const
/* A key nobody has: q1, q2 … */
export function freeKey(taken: string[], stem: string): string {
  let n = 1
  while (taken.includes(`${stem}${n}`)) n++
  return `${stem}${n}`
}
export function move<T>(list: T[], from: number, by: number): boolean {
  const to = from + by
  if (to < 0 || to >= list.length) return false
  const [item] = list.splice(from, 1)
  list.splice(to, 0, item)
  return true
}
/* A text of another key, for a copy. */
export const renamed = (source: string, word: 'form' | 'kind', key: string) =>
  source.replace(new RegExp(`^${word}:.*$`, 'm'), `${word}: ${/^\d/.test(key) ? quoted(key) : key}`)
