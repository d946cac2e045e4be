/* Shapes of the answers about draws, spot checks and evaluations. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from '@/api/client'
import type { RecordRow, Words } from '@/api/types'
import { words } from '@/i18n'

export interface Weight {
  measure: string
  weight: number
}
export interface DrawRules {
  criteria: Weight[]
  top: number
  lot_percent: number
  lot_min: number
  strata: string
}
export interface Draw extends RecordRow {
  id: number
  campaign_id: number
  campaign_id_label?: string
  name: string
  state: string
  seed: string
  rules: DrawRules
  n_units: number
  n_chosen: number | null
  digest: string
  decided: string | null
  team: string[] | null
  reason: string
}
export interface DrawReason {
  measure: string
  zh: string
  en: string
  weight: number
  value: number
  points_x100: number
}
export interface DrawLine {
  unit_id: number
  unit: string
  rank: number
  score_x100: number
  stratum: string
  lot: string
  lot_rank: number
  proposed: '' | 'rank' | 'lot'
  chosen: boolean
  reason: string
  reasons: DrawReason[]
}
export interface DrawShown {
  draw: Draw
  lines: DrawLine[]
  may: string[]
}
export interface DrawList {
  seed: string
  digest: string
  rules: DrawRules
  rule: string
  units: { id: number; stratum: string; score_x100: number; lot: string; proposed: string }[]
}

export type Result = 'open' | 'conform' | 'partly' | 'not' | 'na'
export interface SpotRow {
  item: string
  text: string
  text_en?: string
  points: number
  result: Result
  note: string
}
export interface SpotCheck extends RecordRow {
  id: number
  rev: number
  unit_id: number
  unit_id_label?: string
  campaign_id: number | null
  campaign_id_label?: string
  draw_id: number | null
  site_id: number | null
  site_id_label?: string
  system_id: number | null
  system_id_label?: string
  name: string
  kind: string
  on_date: string
  team: string[] | null
  superior: string
  present: string[] | null
  rows: SpotRow[] | null
  summary: string
  score: number | null
  photos: number[] | null
  signed_pages: number[] | null
  told: string | null
  state: string
}

export interface ScoreRules {
  parts: Weight[]
  grades: { from: number; name: string }[]
  least_coverage: number
}
export type MarkState = 'value' | 'not_measured' | 'blocked' | 'not_applicable'
export interface Mark {
  measure: string
  weight: number
  state: MarkState
  value_x100: number
}
export interface Appraisal extends RecordRow {
  id: number
  rev: number
  unit_id: number
  unit_id_label?: string
  campaign_id: number
  campaign_id_label?: string
  evaluation_id: number
  name: string
  state: string
  score_x100: number
  has_score: boolean
  coverage: number
  grade: string
  items: Mark[]
  told: string | null
  appeal_until: string
  appeal: string
  appealed: string | null
  reason: string
  decided: string | null
}
export interface Evaluation extends RecordRow {
  id: number
  campaign_id: number
  campaign_id_label?: string
  name: string
  state: string
  rules: ScoreRules
  n_units: number
  appeal_until: string
  told_at: string | null
  finalised: string | null
}
export interface EvaluationShown {
  evaluation: Evaluation
  appraisals: Appraisal[]
  may: string[]
}
export interface PreviewUnit {
  unit_id: number
  unit: string
  has_score: boolean
  score_x100: number
  rank: number
  grade: string
  coverage: number
  was_score_x100: number
  was_rank: number
  was_grade: string
  items: Mark[]
}

export const points = (x100: number) => (x100 / 100).toFixed(2)
export const sum = (list: Weight[]) => list.reduce((n, x) => n + (x.weight || 0), 0)
export const lines = (text: string) => text.split('\n').map((x) => x.trim()).filter(Boolean)

interface Measure {
  set: 'spot' | 'score' | 'bulletin'
  measure: string
  label: Words
}
/* The words of what is measured; read once. */
export const useMeasures = defineStore('measures', () => {
  const all = ref<Measure[]>([])
  let running: Promise<void> | null = null
  function load() {
    running ??= api.get<{ items: Measure[] }>('/measures').then(
      (a) => void (all.value = a.data.items),
      () => void (running = null),
    )
    return running
  }
  const byKey = computed(() => new Map(all.value.map((m) => [`${m.set}.${m.measure}`, m])))
  const word = (set: Measure['set'], measure: string) => words(byKey.value.get(`${set}.${measure}`)?.label) || measure
  const of = (set: Measure['set']) => all.value.filter((m) => m.set === set)
  return { load, word, of }
})

async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(hash), (b) => b.toString(16).padStart(2, '0')).join('')
}
/* Draws again from seed and list alone, as anybody may: src/campaign/draw.h. Units whose lot,
   and whether the digest and the drawn ones are the same. */
export async function drawAgain(list: DrawList) {
  const units = list.units.slice().sort((a, b) => a.id - b.id)
  const digest = await sha256(units.map((u) => `${u.id} ${u.stratum}\n`).join(''))
  const lots = new Map<number, string>()
  for (const u of units) lots.set(u.id, await sha256(`${list.seed}:${u.id}`))
  const drawn = new Set<number>()
  for (const stratum of new Set(units.map((u) => u.stratum))) {
    const all = units.filter((u) => u.stratum === stratum)
    const rest = all.filter((u) => u.proposed !== 'rank').sort((a, b) => (lots.get(a.id)! < lots.get(b.id)! ? -1 : 1))
    const n = Math.max(Math.ceil((all.length * list.rules.lot_percent) / 100), list.rules.lot_min)
    for (const u of rest.slice(0, n)) drawn.add(u.id)
  }
  const wrong = units.filter((u) => lots.get(u.id) !== u.lot || drawn.has(u.id) !== (u.proposed === 'lot'))
  return { isSameList: digest === list.digest, wrong: wrong.map((u) => u.id), n: units.length, nDrawn: drawn.size }
}
