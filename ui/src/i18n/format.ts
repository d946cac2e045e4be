/* Times and numbers as people read them; stored and sent in UTC, shown in the local zone. */
import { currentLang } from './index'

const zone = () => (currentLang() === 'zh' ? 'zh-CN' : 'en-GB')

function format(value: unknown, options: Intl.DateTimeFormatOptions): string {
  const date = typeof value === 'number' ? new Date(value * 1000) : new Date(String(value))
  return Number.isNaN(date.getTime()) ? '' : new Intl.DateTimeFormat(zone(), options).format(date)
}

const two = '2-digit' as const

/* RFC 3339 text, or seconds since 1970 as a number. */
export const showTime = (v: unknown) =>
  v ? format(v, { year: 'numeric', month: two, day: two, hour: two, minute: two, hour12: false }) : ''
export const showTimeExact = (v: unknown) =>
  v
    ? format(v, {
        year: 'numeric', month: two, day: two, hour: two, minute: two, second: two,
        hour12: false, timeZoneName: 'short',
      })
    : ''
export const showDate = (v: unknown) =>
  typeof v === 'string' && /^\d{4}-\d\d-\d\d$/.test(v)
    ? format(`${v}T00:00:00`, { year: 'numeric', month: two, day: two })
    : v
      ? format(v, { year: 'numeric', month: two, day: two })
      : ''
export const showNumber = (v: unknown) =>
  typeof v === 'number' ? new Intl.NumberFormat(zone()).format(v) : ''
export const showPercent = (share: number, digits = 1) =>
  new Intl.NumberFormat(zone(), { style: 'percent', maximumFractionDigits: digits }).format(share)

/* "3 minutes ago", "in 2 days" */
export function showAgo(v: unknown, nowMs = Date.now()): string {
  const at = typeof v === 'number' ? v * 1000 : new Date(String(v)).getTime()
  if (!v || Number.isNaN(at)) return ''
  const s = Math.round((at - nowMs) / 1000)
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3600], ['minute', 60],
  ]
  const words = new Intl.RelativeTimeFormat(zone(), { numeric: 'auto' })
  for (const [unit, length] of steps)
    if (Math.abs(s) >= length) return words.format(Math.trunc(s / length), unit)
  return words.format(s, 'second')
}
