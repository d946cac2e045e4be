import { defineStore } from 'pinia'
import { ref } from 'vue'
import { api } from '@/api/client'

export interface StopState {
  in_force: boolean
  reason?: string
  by?: string
  since?: string
}

/* The emergency stop: while it is in force no inspection sends anything. */
export const useStop = defineStore('stop', () => {
  const state = ref<StopState>({ in_force: false })

  async function load() {
    state.value = (await api.get<StopState>('/emergency-stop')).data ?? { in_force: false }
  }
  async function stop(reason: string) {
    await api.post('/emergency-stop', { reason })
    await load()
  }
  async function release(reason: string) {
    await api.post('/emergency-stop/release', { reason })
    await load()
  }
  return { state, load, stop, release }
})
