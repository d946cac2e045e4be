/* GET /api/v1/overview; each part is there for who has the right to it. */
export interface Reading {
  reading: 'any' | 'medium' | 'after'
  sites: number
  of: number
  percent: number | null
}
export interface Readings {
  readings: Reading[]
  undetermined: number
  never_inspected: number
}
export interface UnitSums {
  id: number
  name: string
  division: string
  sites: number
  determined: number
  sites_with: number
  sites_left: number
  findings_left: number
  findings_closed: number
  overdue: number
}
export interface DueItem {
  id: number
  title: string
  severity: string
  state: string
  due: string
  unit: string
  site: string
}
export interface Numbers {
  sites: number
  units: number
  units_with_sites: number
  sites_left: number
  sites_determined: number
  overdue: number
  aged: number
  aged_days: number
  median_days_to_close: number | null
}
export interface Target extends Readings {
  percent: number | null // a campaign may have none
  by_kind: (Readings & { kind: string; sites: number })[]
}
export interface Server {
  accounts: number
  waiting_accounts: number
  sessions: number
  failed_deliveries: number
  audit_events: number
  last_checkpoint: number
  last_checkpoint_at: string | null
}
export interface Overview {
  at: string
  numbers?: Numbers
  target?: Target
  funnel?: { stage: string; sites: number; findings: number | null }[]
  trend?: { week: string; found: number; closed: number }[]
  units?: UnitSums[]
  due?: DueItem[]
  queue?: { to_confirm: number; to_verify: number; to_decide: number; retests: number }
  marked?: { state: string; n: number }[]
  windows?: { id: number; unit: string; begins: string; ends: string; state: string }[]
  server?: Server
}
