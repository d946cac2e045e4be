/* Shapes of the answers about papers. */
import type { RecordRow } from '@/api/types'

export interface Paper extends RecordRow {
  id: number
  unit_id: number | null
  unit_id_label?: string
  campaign_id: number | null
  campaign_id_label?: string
  kind: string
  record_id: number
  measure: string
  name: string
  number: string
  version: number
  earlier_id: number | null
  state: string
  is_public: boolean
  organs: string[] | null
  texts: Record<string, string> | null
  gathered: string | null
  submitted: string | null
  approved: string | null
  approved_by: number | null
  hands: number[] | null
  told: string | null
  sent_way: string
  archived: string | null
  docx_sha256: string
  docx_bytes: number | null
  reason: string
}
export interface PaperFact {
  name: string
  what: string // in Chinese, as the templates' writers read it
  gathered: string
  used: boolean
}
export interface PaperShown {
  paper: Paper
  facts?: PaperFact[] // of the office only, as are the next two
  sent_to?: { unit_id: number; unit: string; at: string }[]
  people?: { account_id: number; name: string }[]
  may: string[]
}
export interface PaperKind {
  kind: string
  name: string
  subject: string
  numbered: boolean
  public: boolean
  of_unit: boolean
  measures: { word: string; name: string }[]
  facts: { name: string; what: string; how: string }[]
}

/* Approved, numbered and sent with its notice, never by itself. */
export const isOfNotice = (kind: string) => ['rectification_notice', 'hardening_notice'].includes(kind)

/* Whom it waits for. */
export function waitsFor(p: Paper): 'drafter' | 'approver' | 'sender' | 'notice' | '' {
  if (isOfNotice(p.kind) && ['draft', 'approving', 'approved'].includes(p.state)) return 'notice'
  return ({ draft: 'drafter', approving: 'approver', approved: 'sender' } as const)[p.state as 'draft'] ?? ''
}
