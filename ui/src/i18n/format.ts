/* Times and numbers as people read them; stored and sent in UTC, shown in the local zone. */
import { currentLang } from './index'

const zone = () => (currentLang() === 'zh' ? 'zh-CN' : 'en-GB')

const two = (n: number) => String(n).padStart(2, '0')

/* RFC 3339 text, or seconds since 1970; "2026-11-22 09:30" reads alike in both languages. */
function dateOf(v: unknown): Date | null {
  const date = typeof v === 'number' ? new Date(v * 1000) : new Date(String(v ?? ''))
  return v && !Number.isNaN(date.getTime()) ? date : null
}
const day = (d: Date) => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`
const minute = (d: Date) => `${two(d.getHours())}:${two(d.getMinutes())}`

export function showTime(v: unknown): string {
  const d = dateOf(v)
  return d ? `${day(d)} ${minute(d)}` : ''
}
/* With seconds and the offset of the zone it is shown in. */
export function showTimeExact(v: unknown): string {
  const d = dateOf(v)
  if (!d) return ''
  const offset = -d.getTimezoneOffset()
  const zone = `UTC${offset < 0 ? '-' : '+'}${two(Math.trunc(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`
  return `${day(d)} ${minute(d)}:${two(d.getSeconds())} (${zone})`
}
export function showDate(v: unknown): string {
  if (typeof v === 'string' && /^\d{4}-\d\d-\d\d$/.test(v)) return v
  const d = dateOf(v)
  return d ? day(d) : ''
}
/* Making a formatter costs a hundred times its use, and a table has hundreds of numbers. */
const kept = new Map<string, unknown>()
function keep<T>(name: string, make: (zone: string) => T): T {
  const key = `${zone()} ${name}`
  if (!kept.has(key)) kept.set(key, make(zone()))
  return kept.get(key) as T
}
export const showNumber = (v: unknown) =>
  typeof v === 'number' ? keep('number', (zone) => new Intl.NumberFormat(zone)).format(v) : ''
export const showPercent = (share: number, digits = 1) =>
  keep(`percent ${digits}`, (zone) => new Intl.NumberFormat(zone, { style: 'percent', maximumFractionDigits: digits })).format(share)

/* "3 minutes ago", "in 2 days" */
export function showAgo(v: unknown, nowMs = Date.now()): string {
  const at = typeof v === 'number' ? v * 1000 : new Date(String(v)).getTime()
  if (!v || Number.isNaN(at)) return ''
  const s = Math.round((at - nowMs) / 1000)
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3600], ['minute', 60],
  ]
  const words = keep('ago', (zone) => new Intl.RelativeTimeFormat(zone, { numeric: 'auto' }))
  for (const [unit, length] of steps)
    if (Math.abs(s) >= length) return words.format(Math.trunc(s / length), unit)
  return words.format(s, 'second')
}
