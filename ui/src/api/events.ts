/*
 * GET /api/v1/events: one stream for the whole page, shared by everything that listens. The
 * payload is an id and a kind, so a listener reads the object again through the API.
 *
 * A browser allows six connections to one host, so a hidden tab gives its stream back and
 * takes a new one when it is looked at again. Whatever may have been missed is announced as
 * the kind "resync": read again what you show.
 */
import { ref } from 'vue'
import { apiUrl } from './client'

export interface ServerEvent {
  kind: string
  id: string
  data: Record<string, unknown>
}
type Listener = (event: ServerEvent) => void

export const streamState = ref<'off' | 'connecting' | 'live'>('off')

const listeners = new Map<string, Set<Listener>>()
const named = new Set<string>() // event names the current source already listens to
let source: EventSource | null = null
let retry = 0
let timer: ReturnType<typeof setTimeout> | undefined
let missed = false

function emit(event: ServerEvent) {
  for (const kind of [event.kind, '*']) for (const f of listeners.get(kind) ?? []) f(event)
}

function onMessage(message: MessageEvent<string>) {
  let data: Record<string, unknown> = {}
  try {
    data = JSON.parse(message.data) as Record<string, unknown>
  } catch {
    return
  }
  const kind = message.type === 'message' ? String(data.kind ?? '') : message.type
  emit({ kind, id: String(data.id ?? ''), data })
}

function listenTo(kind: string) {
  if (!source || kind === '*' || kind === 'resync' || named.has(kind)) return
  named.add(kind)
  source.addEventListener(kind, onMessage as (e: Event) => void)
}

function close() {
  clearTimeout(timer)
  source?.close()
  source = null
  named.clear()
  streamState.value = 'off'
}

function open() {
  if (source || listeners.size === 0 || document.hidden) return
  streamState.value = 'connecting'
  source = new EventSource(apiUrl('/events'))
  source.onopen = () => {
    retry = 0
    streamState.value = 'live'
    if (missed) emit({ kind: 'resync', id: '', data: {} })
    missed = false
  }
  source.onmessage = onMessage
  for (const kind of listeners.keys()) listenTo(kind)
  source.onerror = () => {
    streamState.value = 'connecting'
    missed = true
    // the browser tries again by itself unless the answer was an error
    if (source?.readyState !== EventSource.CLOSED) return
    close()
    streamState.value = 'connecting'
    timer = setTimeout(open, Math.min(30_000, 1000 * 2 ** retry++))
  }
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    missed = missed || source !== null
    close()
  } else {
    open()
  }
})

/* Calls LISTENER for each event of KIND ("*": all; "resync": some may have been missed).
   Returns the function that ends it; use `useEvents` in components. */
export function onEvent(kind: string, listener: Listener): () => void {
  const set = listeners.get(kind) ?? new Set()
  set.add(listener)
  listeners.set(kind, set)
  open()
  listenTo(kind)
  return () => {
    set.delete(listener)
    if (set.size === 0) listeners.delete(kind)
    if (listeners.size === 0) close()
  }
}

/* After sign-out: no stream of the former account may stay. */
export function dropEvents() {
  close()
  retry = 0
}
export function resumeEvents() {
  missed = true
  open()
}
