import { shallowRef } from 'vue'
import { api } from '@/api/client'
import { currentLang } from '@/i18n'

export interface UserRow {
  id: number
  rev: number
  login: string
  name: string
  email: string
  state: string
  roles: string[]
  wanted: string[]
  unit_id: number
  agency_id: number
  totp: boolean
  created_at: string | null
  seen_at: string | null
  locked_at: string | null
  vetted_at: string | null
  vetted_until: string | null
  vet_note: string
}

export interface RoleRow {
  role: string
  zh: string
  en: string
  privileged: boolean
  grantable: boolean
  excludes: string[]
}

/* The roles as the policy knows them; read once. */
const known = shallowRef<RoleRow[]>([])
export function useRoles() {
  if (!known.value.length)
    api.list<RoleRow>('/roles').then((page) => (known.value = page.items)).catch(() => undefined)
  return {
    roles: known,
    nameOf: (role: string) => {
      const row = known.value.find((r) => r.role === role)
      return row ? row[currentLang()] : role
    },
  }
}

export const toneOf = (state: string) =>
  (({ active: ['✓', 'success'], invited: ['…', 'warning'], locked: ['⊘', 'danger'], waiting: ['…', 'warning'] }) as
    Record<string, [string, 'success' | 'warning' | 'danger']>)[state] ?? ['–', 'info']
