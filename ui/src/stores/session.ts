import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from '@/api/client'
import { dropEvents, resumeEvents } from '@/api/events'
import { asProblem } from '@/api/problem'
import type { Session } from '@/api/types'

export interface Credentials {
  login: string
  password: string
  code?: string
}

/*
 * Who is signed in and what the server said he may do. The rights only decide what is shown;
 * the server asks again at every request.
 */
export const useSession = defineStore('session', () => {
  const current = ref<Session | null>(null)
  const isLoaded = ref(false)
  const usedAt = ref(Date.now())

  const isSignedIn = computed(() => current.value !== null)
  const mustEnrol = computed(() => current.value?.enrol_totp === true)
  const rights = computed(() => new Set(current.value?.rights ?? []))
  const can = (right: string | undefined) => !right || rights.value.has(right)
  const canAny = (list: string[] | undefined) => !list?.length || list.some((r) => rights.value.has(r))
  const hasRole = (...roles: string[]) => roles.some((r) => current.value?.roles.includes(r))

  /* Reads the session again; false when nobody is signed in. Other failures are thrown. */
  async function load(): Promise<boolean> {
    try {
      current.value = (await api.get<Session>('/session', undefined, { quiet: true })).data
      isLoaded.value = true
    } catch (e) {
      if (asProblem(e).status !== 401) throw e
      current.value = null
      isLoaded.value = true
    }
    return current.value !== null
  }

  async function signIn(credentials: Credentials) {
    const body: Credentials = { login: credentials.login, password: credentials.password }
    if (credentials.code) body.code = credentials.code
    current.value = (await api.post<Session>('/session', body, { quiet: true })).data
    isLoaded.value = true
    usedAt.value = Date.now()
    resumeEvents()
    return current.value
  }

  async function signOut() {
    dropEvents()
    try {
      await api.del('/session', undefined, { quiet: true })
    } catch (e) {
      if (asProblem(e).status !== 401) throw e
    }
    current.value = null
  }

  /* Accounts without a second factor give their password again. */
  async function stepUp(proof: { code: string } | { password: string }) {
    const { data } = await api.post<Partial<Session>>('/session/step-up', proof, { quiet: true })
    if (current.value && data?.step_up_until) current.value.step_up_until = data.step_up_until
  }

  return {
    current, isLoaded, isSignedIn, mustEnrol, usedAt,
    can, canAny, hasRole, load, signIn, signOut, stepUp,
  }
})
