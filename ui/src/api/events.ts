/*
 * GET /api/v1/events: one stream for the whole page, shared by all that listen. An event is a
 * type ("record.changed"), the kind and the id of an object, so a listener reads the object
 * again through the API. Read with fetch rather than EventSource: that hides the status of a
 * refusal and wants every type named beforehand.
 *
 * A browser allows six connections to one host, so a hidden tab gives its stream back and takes
 * a new one when it is looked at; Last-Event-ID then brings what was missed. When even that is
 * not certain the type "resync" is announced: read again what you show.
 */
import { ref } from 'vue'
import { apiUrl } from './client'

export interface ServerEvent {
  type: string
  kind: string
  id: string
  data: Record<string, unknown>
}
type Listener = (event: ServerEvent) => void

export const streamState = ref<'off' | 'connecting' | 'live'>('off')

const listeners = new Map<string, Set<Listener>>()
let running: AbortController | null = null
let timer: ReturnType<typeof setTimeout> | undefined
let lastId = ''
let retry = 0
let isAllowed = true // false after a 401, until somebody signs in

function emit(event: ServerEvent) {
  for (const name of new Set([event.type, event.kind, '*']))
    for (const listener of listeners.get(name) ?? []) listener(event)
}
const resync = () => emit({ type: 'resync', kind: '', id: '', data: {} })

/* One block of the stream: lines up to an empty one (WHATWG HTML, 9.2.6). */
function take(block: string) {
  let type = 'message'
  const data: string[] = []
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    if (colon === 0) continue
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') type = value
    else if (field === 'data') data.push(value)
    else if (field === 'id') lastId = value
  }
  if (!data.length) return
  try {
    const body = JSON.parse(data.join('\n')) as Record<string, unknown>
    emit({ type, kind: String(body.kind ?? ''), id: String(body.id ?? ''), data: body })
  } catch {
    /* not ours */
  }
}

async function read(signal: AbortSignal) {
  const knew = lastId
  const answer = await fetch(apiUrl('/events'), {
    headers: { Accept: 'text/event-stream', ...(knew ? { 'Last-Event-ID': knew } : {}) },
    credentials: 'same-origin',
    cache: 'no-store',
    signal,
  })
  if (answer.status === 401) isAllowed = false
  if (!answer.ok || !answer.body) throw new Error(`HTTP ${answer.status}`)
  streamState.value = 'live'
  if (retry > 0 && !knew) resync()
  retry = 0
  const reader = answer.body.getReader()
  const decoder = new TextDecoder()
  for (let rest = ''; ; ) {
    const { done, value } = await reader.read()
    if (done) return
    const blocks = (rest + decoder.decode(value, { stream: true })).replace(/\r\n?/g, '\n').split('\n\n')
    rest = blocks.pop() as string
    for (const block of blocks) take(block)
  }
}

async function open() {
  if (running || listeners.size === 0 || document.hidden || !isAllowed) return
  const mine = new AbortController()
  running = mine
  clearTimeout(timer)
  streamState.value = 'connecting'
  try {
    await read(mine.signal)
  } catch {
    /* the network, the server's end, or our own close() */
  }
  if (running !== mine) return
  running = null
  streamState.value = isAllowed ? 'connecting' : 'off'
  if (isAllowed) timer = setTimeout(open, Math.min(30_000, 1000 * 2 ** retry++))
}

function close() {
  clearTimeout(timer)
  running?.abort()
  running = null
  streamState.value = 'off'
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    close()
  } else {
    retry = Math.max(retry, 1)
    void open()
  }
})

/* Calls LISTENER for events whose type or kind is NAME ("*": all). Returns what ends it; in
   components use useEvents(). */
export function onEvent(name: string, listener: Listener): () => void {
  const set = listeners.get(name) ?? new Set()
  set.add(listener)
  listeners.set(name, set)
  void open()
  return () => {
    set.delete(listener)
    if (set.size === 0) listeners.delete(name)
    if (listeners.size === 0) close()
  }
}

/* At sign-out no stream of the account may stay; at sign-in a new one begins. */
export function dropEvents() {
  close()
  isAllowed = false
  lastId = ''
}
export function resumeEvents() {
  if (running) return
  isAllowed = true
  retry = Math.max(retry, 1)
  void open()
}
