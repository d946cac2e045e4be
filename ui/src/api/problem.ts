/* RFC 9457 problems as the server writes them (docs/office.md, "Conventions of the API"). */

export interface FieldError {
  field: string
  code: string
  detail: string
}

export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly next: string
  readonly requestId: string
  readonly errors: FieldError[]

  constructor(status: number, body: Record<string, unknown>) {
    const text = (key: string) => (typeof body[key] === 'string' ? (body[key] as string) : '')
    super(text('detail') || text('title') || `HTTP ${status}`)
    this.name = 'ApiProblem'
    this.status = status
    this.code = text('code') || (status ? `http_${status}` : 'offline')
    this.title = text('title')
    this.detail = text('detail')
    this.next = text('next')
    this.requestId = text('request_id')
    this.errors = Array.isArray(body.errors) ? (body.errors as FieldError[]) : []
  }

  fieldError(field: string): string | undefined {
    return this.errors.find((e) => e.field === field)?.detail
  }
}

/* Any thrown thing as a problem, so that pages have one thing to show. */
export function asProblem(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown
  return new ApiProblem(0, {
    code: 'client_error',
    detail: thrown instanceof Error ? thrown.message : String(thrown),
  })
}
