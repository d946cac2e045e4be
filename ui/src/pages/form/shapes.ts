import type { Words } from '@/api/types'
import type { NormRef } from '@/pages/campaign/sheet'
import type { Drawing } from './text'

export interface Head {
  key: string
  version: number
  own: boolean
  title: Words
  norm: NormRef | null
  changed_at: string | null
  note: string
  parts: number
}
export interface Version {
  version: number
  own: boolean
  at: string | null
  note: string
}
export interface Blueprint extends Head {
  source: string
  definition: Drawing | null
  versions: Version[]
  used_by: { kinds?: { key: string; name: Words }[]; campaigns: { id: number; name: string; state: string; version: number }[] }
}
export interface Dated {
  key: string
  title: Words
  form?: string
  due: Words
  example: boolean
  last_day: string | null
  why: string
}
export interface Tried {
  ok: boolean
  errors: { line: number; column: number; text: string }[]
  definition: Drawing | null
  phases?: Dated[]
  tasks?: Dated[]
}
export interface Change {
  path: string
  what: 'added' | 'removed' | 'changed'
  label: Words
  parts: string[]
}
