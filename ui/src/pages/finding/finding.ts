/* Shapes of the findings' answers, and the acts as the machine of the server has them. */
import type { RecordRow } from '@/api/types'

export interface FindingRow extends RecordRow {
  id: number
  title: string
  title_en: string
  severity: string
  verdict: string
  state: string
  category: string
  url: string
}
export interface Change {
  act: string
  note?: string
  [field: string]: unknown
}
export interface Finding {
  finding: FindingRow
  what: { title: string; detail: string; rule: string }
  where: { origin: string; url: string; location: string; n_places: number; more_urls: string[] }
  proof: {
    excerpt: string
    evidence: { sha256: string; round_id: number }[]
    request: { curl: string; sent?: string; received?: string }
  }
  why: string
  norms: { document: string; number: string; article: string; from: string; until: string | null; in_force: boolean }[]
  references: string[]
  fix: string
  verify: string
  notes: { proposed: string; dismissed: string }
  rounds: { round_id: number; n_places: number; at: string; result: string; severity: string; verdict: string; state: string }[]
  retest: { asked_at: string; round_id: number; name: string; state: string; why: string } | null
  comments: { id: number; at: string; account_id: number; account: string; text: string }[]
  history: { id: number; rev: number; at: string; account_id: number; account: string; change: Change }[]
  acts: string[]
}
export interface Undo {
  id: number
  until: string
}

/* What each act asks for, as src/finding/acts.def. Comments have a box of their own. */
export const acts = ['confirm', 'begin', 'assign', 'fix', 'close', 'return', 'propose', 'dismiss', 'reopen', 'retest'] as const
export type Act = (typeof acts)[number]
export const needs: Record<Act, ('note' | 'reason' | 'until' | 'person')[]> = {
  confirm: [], begin: [], assign: ['person'], fix: ['note'], close: [], return: ['note'],
  propose: ['reason', 'note'], dismiss: ['reason', 'until', 'note'], reopen: ['note'], retest: [],
}
export const reasons = ['false_positive', 'accepted_risk', 'compensated']

/* Links only to what is an address of the web; everything else is text. */
export const isWebAddress = (url: string) => /^https?:\/\//i.test(url)
