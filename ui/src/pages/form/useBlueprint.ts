import { ElMessage } from 'element-plus'
import { computed, onBeforeUnmount, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { api } from '@/api/client'
import { asProblem, type ApiProblem } from '@/api/problem'
import { useSession } from '@/stores/session'
import type { Blueprint, Tried } from './shapes'
import { renamed } from './text'

/* A text of the office's own being changed: read, tried a moment after each change, kept as
 * a new version. `key` of the address with ?copy=KEY begins as a copy under that key. */
export function useBlueprint(path: '/forms' | '/campaign-kinds', word: 'form' | 'kind') {
  const { t } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const session = useSession()
  const shown = ref<Blueprint | null>(null)
  const source = ref('')
  const tried = ref<Tried | null>(null)
  const problem = ref<ApiProblem | null>(null)
  const refusal = ref<ApiProblem | null>(null)
  const isBusy = ref(false)
  const eventOn = ref('')
  const key = computed(() => String(route.query.copy ?? route.params.key))
  const isCopy = computed(() => !!route.query.copy)
  const mayWrite = computed(() => session.can('template.write'))
  const isChanged = computed(() => !!shown.value && (isCopy.value || source.value !== shown.value.source))
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0

  async function tryIt() {
    const mine = ++turn
    try {
      const { data } = await api.post<Tried>(`${path}/check`, { source: source.value, ...(eventOn.value ? { event_on: eventOn.value } : {}) })
      if (mine === turn) tried.value = data
    } catch (e) {
      if (mine === turn) refusal.value = asProblem(e)
    }
  }
  async function load() {
    try {
      shown.value = (await api.get<Blueprint>(`${path}/${String(route.params.key)}`, { version: route.query.version ? Number(route.query.version) : undefined })).data
      source.value = isCopy.value ? renamed(shown.value.source, word, key.value) : shown.value.source
      problem.value = null
      await tryIt()
    } catch (e) {
      problem.value = asProblem(e)
    }
  }
  watch(() => route.fullPath, load, { immediate: true })
  watch([source, eventOn], () => {
    clearTimeout(timer)
    timer = setTimeout(() => void tryIt(), 500)
  })
  onBeforeUnmount(() => clearTimeout(timer))

  async function save(note: string): Promise<boolean> {
    isBusy.value = true
    refusal.value = null
    try {
      const newest = shown.value?.versions[0]?.version ?? 0
      const { data } = await api.put<Blueprint>(`${path}/${key.value}`, { source: source.value, note, base: isCopy.value ? 0 : newest })
      ElMessage.success(t('form.saved', { n: data.version }))
      shown.value = data
      source.value = data.source
      if (isCopy.value || route.query.version) await router.replace(`${word === 'form' ? '/forms' : '/kinds'}/${data.key}`)
      return true
    } catch (e) {
      refusal.value = asProblem(e)
      return false
    } finally {
      isBusy.value = false
    }
  }
  return { shown, source, tried, problem, refusal, isBusy, eventOn, key, isCopy, mayWrite, isChanged, load, save }
}
