import type { Permit } from './inspect'

/* What a person fills in of a permit, and the body it becomes. */
export interface PermitDraft {
  name: string
  number: string
  holder: string
  contact: string
  depth: string
  filter: string // of sites; empty: all that the office answers for
  span: [Date, Date]
  daily_from: string
  daily_until: string
  perMinute: number
  note: string
  allow: string
}

export function blankPermit(office = ''): PermitDraft {
  const now = new Date()
  return {
    name: '', number: '', holder: office, contact: '', depth: 'passive', filter: '',
    span: [now, new Date(now.getTime() + 30 * 86400_000)], daily_from: '', daily_until: '', perMinute: 120, note: '', allow: '',
  }
}

export function permitForm(p: Permit & { selection?: { q?: string } | null; allow?: string[] | null }): PermitDraft {
  const blank = blankPermit(p.holder)
  return {
    ...blank, name: p.name, number: p.number, contact: p.contact, depth: p.depth, filter: p.selection?.q ?? '',
    span: [p.valid_from ? new Date(p.valid_from) : blank.span[0], p.valid_until ? new Date(p.valid_until) : blank.span[1]],
    daily_from: p.daily_from ?? '', daily_until: p.daily_until ?? '', perMinute: p.pace_per_min || 120, note: p.note,
    allow: (p.allow ?? []).join(' '),
  }
}

const second = (d: Date) => d.toISOString().replace(/\.\d+Z$/, 'Z')
export function permitBody(f: PermitDraft) {
  const allow = f.allow.split(/[\s,，]+/).filter(Boolean)
  return {
    name: f.name, number: f.number, holder: f.holder, contact: f.contact, depth: f.depth, note: f.note,
    selection: f.filter ? { q: f.filter } : { all: true },
    valid_from: second(f.span[0]), valid_until: second(f.span[1]), daily_from: f.daily_from, daily_until: f.daily_until,
    pace_per_min: f.perMinute, ...(allow.length ? { allow } : {}),
  }
}
