/*
 * The only place that talks to /api/v1. It knows the conventions of docs/office.md so that
 * pages do not: problems are thrown as ApiProblem, POST carries an Idempotency-Key, an
 * expired session or a missing second factor is asked for over the page and the request is
 * then repeated, with the same key.
 */
import { ApiProblem } from './problem'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Query = Record<string, string | number | boolean | null | undefined>

export interface CallOptions {
  query?: Query
  body?: unknown // JSON; a Blob, File or FormData is sent as it is
  type?: string // content type of a Blob body
  ifMatch?: string // the ETag the caller last saw
  key?: string // Idempotency-Key; made here for POST when absent
  signal?: AbortSignal
  quiet?: boolean // a 401 is thrown, not asked about
}

export interface Answer<T> {
  data: T
  etag: string
  status: number
  headers: Headers
}

export interface Page<T> {
  items: T[]
  next: string | null
  total: number | null
}

/*
 * What the frame answers when the server wants more than the request had. Each resolves to
 * true when the request may be repeated. Set once by the application (src/layout).
 */
interface Gate {
  lang: () => string
  signIn: () => Promise<boolean>
  stepUp: () => Promise<boolean>
  sent: () => void // a request went out: the session is in use
}
const gate: Gate = {
  lang: () => 'zh',
  signIn: async () => false,
  stepUp: async () => false,
  sent: () => undefined,
}
export function setGate(parts: Partial<Gate>) {
  Object.assign(gate, parts)
}

export const apiBase = '/api/v1'

export function apiUrl(path: string, query?: Query): string {
  const pairs = Object.entries(query ?? {}).filter(([, v]) => v !== undefined && v !== null && v !== '')
  const text = new URLSearchParams(pairs.map(([k, v]) => [k, String(v)])).toString()
  return apiBase + path + (text ? (path.includes('?') ? '&' : '?') + text : '')
}

export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
}

async function problemOf(answer: Response): Promise<ApiProblem> {
  let body: Record<string, unknown> = {}
  try {
    body = (await answer.json()) as Record<string, unknown>
  } catch {
    /* a proxy's page, or nothing: the status alone must do */
  }
  if (!body.request_id) body.request_id = answer.headers.get('x-request-id') ?? ''
  return new ApiProblem(answer.status, body)
}

async function send(method: Method, path: string, o: CallOptions, key: string): Promise<Response> {
  const headers: Record<string, string> = {
    Accept: 'application/json, application/problem+json',
    'Accept-Language': gate.lang(),
  }
  if (o.ifMatch) headers['If-Match'] = o.ifMatch
  if (key) headers['Idempotency-Key'] = key
  let body: BodyInit | undefined
  if (o.body instanceof Blob || o.body instanceof FormData) {
    body = o.body
    if (o.type) headers['Content-Type'] = o.type
  } else if (o.body !== undefined) {
    body = JSON.stringify(o.body)
    headers['Content-Type'] = 'application/json'
  }
  try {
    return await fetch(apiUrl(path, o.query), {
      method,
      headers,
      body,
      signal: o.signal,
      credentials: 'same-origin',
      cache: 'no-store',
    })
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e
    throw new ApiProblem(0, { code: 'offline' })
  }
}

export async function request(method: Method, path: string, o: CallOptions = {}): Promise<Response> {
  const key = o.key ?? (method === 'POST' ? newKey() : '')
  for (let tries = 0; ; tries++) {
    const answer = await send(method, path, o, key)
    if (answer.ok || answer.status === 304) {
      gate.sent()
      return answer
    }
    const problem = await problemOf(answer)
    if (o.quiet || tries >= 2) throw problem
    if (problem.status === 401 && (await gate.signIn())) continue
    if (problem.code === 'step_up_needed' && (await gate.stepUp())) continue
    throw problem
  }
}

export async function call<T>(method: Method, path: string, o: CallOptions = {}): Promise<Answer<T>> {
  const answer = await request(method, path, o)
  const isJson = (answer.headers.get('content-type') ?? '').includes('json')
  const data = (isJson && answer.status !== 204 ? await answer.json() : undefined) as T
  return { data, etag: answer.headers.get('etag') ?? '', status: answer.status, headers: answer.headers }
}

export const api = {
  get: <T>(path: string, query?: Query, o: CallOptions = {}) => call<T>('GET', path, { ...o, query }),
  list: async <T>(path: string, query?: Query, o: CallOptions = {}) =>
    (await call<Page<T>>('GET', path, { ...o, query })).data,
  post: <T>(path: string, body?: unknown, o: CallOptions = {}) =>
    call<T>('POST', path, { ...o, body: body ?? {} }),
  put: <T>(path: string, body: unknown, o: CallOptions = {}) => call<T>('PUT', path, { ...o, body }),
  patch: <T>(path: string, body: unknown, ifMatch: string, o: CallOptions = {}) =>
    call<T>('PATCH', path, { ...o, body, ifMatch }),
  del: <T = void>(path: string, ifMatch?: string, o: CallOptions = {}) =>
    call<T>('DELETE', path, { ...o, ifMatch }),
}

/* Fetches a file with the session and hands it to the browser; step-up is asked for as above. */
export async function download(path: string, query?: Query, fallbackName = 'download') {
  const answer = await request('GET', path, { query })
  const header = answer.headers.get('content-disposition') ?? ''
  // RFC 6266: the one that may hold more than ASCII goes before the other
  const said = /filename\*=UTF-8''([^;]+)/i.exec(header) ?? /filename="?([^";]+)"?/i.exec(header)
  let name = fallbackName
  try {
    if (said) name = decodeURIComponent(said[1])
  } catch {
    /* not percent-encoded after all */
  }
  const url = URL.createObjectURL(await answer.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
  return answer.headers
}
