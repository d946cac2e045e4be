/* Shapes of the answers about campaigns, and how their states look. */
import { useSchema } from '@/stores/schema'
import { words } from '@/i18n'
import type { RecordRow } from '@/api/types'

export interface Campaign extends RecordRow {
  id: number
  name: string
  number: string
  state: string
  category: string
  kind: string
  year: number | null
  issued_on: string
  organs: string[] | null
  scope: Scope | null
  principles: string
  goals: string
  focus: string
  target_percent: number | null
  target_reading: string
  escalate_days: number | null
  is_forwarded: boolean | null
  drafted_by: string
  validity: string
  basis: unknown
  superior: unknown
  parent_id: number | null
  parent_id_label?: string
  begins: string
  ends: string
  reason: string
}
export interface Scope {
  units?: string
  sites?: string
  excludes?: string[]
  without_units?: number[]
  without_sites?: number[]
  [other: string]: unknown
}
export interface Phase extends RecordRow {
  id: number
  ordinal: number | null
  name: string
  what: string
  begins: string
  ends: string
  owner: string
}
export interface Task extends RecordRow {
  id: number
  phase_id: number | null
  ordinal: number | null
  name: string
  what: string
  party: string
  form: string
  due: string
  deadline_text: string
  recurs: string
  remind: string
  needs_seal: boolean | null
}
export interface CampaignShown {
  campaign: Campaign
  phases: Phase[]
  tasks: Task[]
  may: string[]
}
export interface Preview {
  unplaced: { id: number; name: string }[]
  tasks: { task_id: number; name: string; units: number; sites: number }[]
}
export interface ProgressTask {
  task_id: number
  name: string
  due: string
  open: number
  draft: number
  submitted: number
  returned: number
  accepted: number
  waived: number
  late: number
  total: number
}
export interface Progress {
  day: string
  tasks: ProgressTask[]
  late: { unit_id: number; unit: string; n: number; days: number }[]
  unanswered: { notice_id: number; number: string; unit_id: number; unit: string; state: string; due: string; days: number; level: number }[]
}
export interface Reminder {
  day: string
  unit_id: number
  unit: string
  kind: 'before' | 'after'
  due: string
  n: number
}
export interface Duty extends RecordRow {
  id: number
  unit_id: number
  unit_id_label?: string
  campaign_id: number
  campaign_id_label?: string
  task_id: number
  site_id: number | null
  site_id_label?: string
  name: string
  state: string
  because: string
  because_id: number | null
  due: string
  first_due: string
  paused_on: string
  submitted: string | null
  late_days: number | null
  way: string
  scan: number | null
  attachments: number[] | null
  n_returned: number | null
  reason: string
}
export interface Against {
  path: string
  label: string
  field: string
  site_id: number
  site: string
  answered: string
  measured: string
  measured_at: string | null
}
export interface DutyShown {
  days_left: number | null
  working_days_left: number | null
  contradictions: Against[]
  duty: Duty
  task: Task
  submissions: { id: number; at: string; account_id: number; way: string; sha256: string }[]
  may: string[]
}
export interface Extension extends RecordRow {
  id: number
  duty_id: number | null
  notice_id: number | null
  name: string
  state: string
  due: string
  until: string
  granted: string
  why: string
  reason: string
}
export interface Notice extends RecordRow {
  id: number
  unit_id: number
  unit_id_label?: string
  campaign_id: number | null
  campaign_id_label?: string
  kind: string
  name: string
  number: string
  state: string
  due: string
  basis: string
  asks: string
  n_items: number
  told: string | null
  received: string | null
  received_by: string
  answered: string | null
  answer: string
  scan: number | null
  late_days: number | null
  level: number | null
  reason: string
  n_reopened: number | null
}
/* A step of a plan; done_on once it was done. */
export interface Step {
  on: string
  what: string
  done_on?: string
  note?: string
}
export interface Item extends RecordRow {
  id: number
  rev: number
  finding_id: number
  site_id_label?: string
  name: string
  severity: string
  url: string
  state: string
  is_self_found: boolean | null
  fix: string[] | null
  measures: string
  root_cause: string
  lateral: string
  person: string
  done_on: string
  proofs: number[] | null
  cannot_now: boolean | null
  plan_why: string
  plan_interim: string
  plan_due: string
  milestones: Step[] | null
  verdict: string
  verdict_way: string
  verdict_at: string | null
  verdict_note: string
  n_regressed: number | null
}
export interface NoticeShown {
  notice: Notice
  items: Item[]
  may: string[]
}

type Tone = 'danger' | 'warning' | 'primary' | 'success' | 'info'
/* "KIND.FIELD" or "KIND": sign and colour; the word is the schema's. */
export const looks: Record<string, Record<string, [string, Tone]>> = {
  campaign: {
    draft: ['✎', 'info'], approving: ['…', 'warning'], running: ['↻', 'primary'],
    evaluating: ['◐', 'primary'], closed: ['✓', 'success'], archived: ['▣', 'info'],
  },
  duty: {
    open: ['○', 'info'], draft: ['✎', 'info'], submitted: ['➤', 'primary'],
    returned: ['↩', 'danger'], accepted: ['✓', 'success'], waived: ['⊘', 'info'],
  },
  extension: { asked: ['…', 'warning'], approved: ['✓', 'success'], refused: ['✕', 'danger'] },
  notice: {
    draft: ['✎', 'info'], approving: ['…', 'warning'], approved: ['✓', 'primary'], sent: ['➤', 'warning'],
    received: ['◉', 'warning'], answered: ['◐', 'primary'], closed: ['✓', 'success'], cancelled: ['⊘', 'info'],
  },
  rectification: {
    open: ['●', 'danger'], answered: ['◐', 'primary'], planned: ['…', 'warning'],
    verified: ['✓', 'success'], withdrawn: ['⊘', 'info'],
  },
  paper: {
    draft: ['✎', 'info'], approving: ['…', 'warning'], approved: ['✓', 'primary'], sent: ['➤', 'success'], archived: ['▣', 'info'], cancelled: ['⊘', 'info'],
  },
  draw: { proposed: ['…', 'warning'], decided: ['✓', 'success'] },
  spot_check: { planned: ['…', 'info'], recorded: ['✎', 'warning'], signed: ['✓', 'success'] },
  evaluation: { draft: ['✎', 'info'], told: ['➤', 'primary'], final: ['✓', 'success'] },
  appraisal: { draft: ['✎', 'info'], told: ['➤', 'primary'], appealed: ['!', 'warning'], final: ['✓', 'success'] },
  'rectification.verdict': {
    none: ['○', 'info'], fixed: ['✓', 'success'], not_fixed: ['✕', 'danger'], page_gone: ['⊘', 'info'], not_determined: ['◌', 'info'],
  },
}

/* The word of an enumeration as the schema has it, in the reader's language. */
export function wordOf(kind: string, field: string, value: unknown): string {
  const f = useSchema().kind(kind)?.fields.find((x) => x.name === field)
  return words(f?.values?.find((v) => v.value === value)?.label) || String(value ?? '')
}
export const valuesOf = (kind: string, field: string) =>
  useSchema().kind(kind)?.fields.find((x) => x.name === field)?.values ?? []
export const labelOf = (kind: string, field: string) =>
  words(useSchema().kind(kind)?.fields.find((x) => x.name === field)?.label) || field

/* Days of the campaign are days in China, wherever the reader's clock stands. */
export const today = () => new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
export const dayNumber = (day: string) => Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000)
export const isDay = (day: unknown): day is string => typeof day === 'string' && /^\d{4}-\d\d-\d\d$/.test(day)
export const daysUntil = (day: string) => dayNumber(day) - dayNumber(today())
export const isOpenDuty = (state: string) => ['open', 'draft', 'returned'].includes(state)
/* N years on; the 29th of February becomes the 28th. */
export function shiftYears(day: string, n: number): string {
  if (!isDay(day)) return day
  const y = Number(day.slice(0, 4)) + n
  const leap = new Date(Date.UTC(y, 2, 0)).getUTCDate() === 29
  return `${String(y).padStart(4, '0')}${day.endsWith('-02-29') && !leap ? '-02-28' : day.slice(4)}`
}
