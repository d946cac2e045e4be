export interface ImportDraft {
  id: number
  kind: string
  name: string
  state: string
  creates_units: boolean
  updates_known: boolean
  unit_id: number | null
  counts: Record<string, number>
  columns: { head: string; field: string | null }[]
  result?: {
    created: number; changed: number; unchanged: number; units: number; persons: number; left_out: number
    errors: { field: string; code: string; detail: string }[]
  }
}

export interface Permit {
  id: number
  rev: number
  name: string
  number: string
  state: string
  depth: string
  holder: string
  contact: string
  n_sites: number
  may: string[]
  valid_from: string | null
  valid_until: string | null
  daily_from: string
  daily_until: string
  pace_per_min: number
  host_connections: number
  connections: number
  reason: string
  note: string
  signature: { key: string; value: string } | null
  sources?: string[] | null
}

export interface Round {
  id: number
  name: string
  kind: string
  state: string
  why: string
  permit_id: number | null
  begun: string | null
  ended: string | null
  frozen: string | null
  numbers: { n_sites: number; n_done: number; n_pages: number; n_requests: number; n_findings: number; n_new: number; n_gone: number; by_status: Record<string, number> }
  progress: { n_sites: number; n_done: number; n_running: number; n_pages: number; n_requests: number; n_findings: number; elapsed_ms: number } | null
  may: string[]
}

export interface RoundSite {
  id: number
  domain: string
  name: string
  unit: string
  status: string
  reason: string
  n_pages: number
  n_requests: number
  n_findings: number
  n_new: number
  n_gone: number
}

/* What became of a site, in sign and tone: what could not be measured is neither good nor bad. */
export const siteTone: Record<string, [string, 'success' | 'info' | 'warning' | 'primary']> = {
  waiting: ['…', 'info'], running: ['↻', 'primary'], inspected: ['✓', 'success'], partly: ['◐', 'warning'],
  unreachable: ['◌', 'info'], blocked: ['◌', 'info'], elsewhere: ['→', 'warning'], parked: ['◌', 'warning'],
  denied: ['⊘', 'info'], failed: ['◌', 'info'],
}
export const isOver = (state: string) => ['done', 'cancelled', 'failed'].includes(state)
