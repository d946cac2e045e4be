import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from '@/api/client'
import type { SchemaKind } from '@/api/types'

/* The record kinds and their fields, read once; forms and tables are made from it. */
export const useSchema = defineStore('schema', () => {
  const kinds = ref<SchemaKind[]>([])
  const isLoaded = ref(false)
  let running: Promise<void> | null = null

  async function read() {
    kinds.value = (await api.get<{ kinds: SchemaKind[] }>('/schema')).data.kinds
    isLoaded.value = true
  }
  function load(): Promise<void> {
    if (isLoaded.value) return Promise.resolve()
    running ??= read().finally(() => (running = null))
    return running
  }
  const byName = computed(() => new Map(kinds.value.flatMap((k) => [[k.name, k], [k.plural, k]])))
  const kind = (name: string) => byName.value.get(name)

  return { kinds, isLoaded, load, kind }
})
