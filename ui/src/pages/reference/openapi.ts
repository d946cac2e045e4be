/* What the page reads of OpenAPI 3.1, as our server writes it. */
export interface JsonSchema {
  $ref?: string
  type?: string | string[]
  title?: string
  description?: string
  format?: string
  pattern?: string
  enum?: string[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  anyOf?: JsonSchema[]
  allOf?: JsonSchema[]
  additionalProperties?: boolean | JsonSchema
  readOnly?: boolean
  'x-wangxun-ref'?: string
}
export interface Parameter {
  $ref?: string
  name: string
  in: string
  description?: string
  required?: boolean
  schema: JsonSchema
}
export type Content = Record<string, { schema?: JsonSchema }>
export interface Grant {
  role: string
  scope: string
  states?: string[]
  conditions?: string[]
}
export interface Operation {
  operationId: string
  summary: string
  tags: string[]
  parameters: Parameter[]
  requestBody?: { content: Content }
  responses: Record<string, { $ref?: string; description?: string; content?: Content; 'x-wangxun-codes'?: string[] }>
  'x-wangxun-operation': string
  'x-wangxun-grants': Grant[]
}
export interface OpenApi {
  info: { title: string; version: string; description: string }
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, JsonSchema>
    parameters: Record<string, Parameter>
    responses: Record<string, { description: string; 'x-wangxun-codes': string[] }>
  }
}

export const nameOf = (ref: string) => ref.split('/').at(-1) ?? ''

/* "Session", "[text]", "text | null": short enough for a table's cell. */
export function typeText(s: JsonSchema | undefined): string {
  if (!s) return ''
  if (s.$ref) return nameOf(s.$ref)
  if (s.anyOf) return s.anyOf.map(typeText).join(' | ')
  if (s.allOf) return s.allOf.map(typeText).join(' & ')
  if (s.enum) return s.enum.map((w) => JSON.stringify(w)).join(' | ')
  if (s.items) return `[${typeText(s.items)}]`
  const type = Array.isArray(s.type) ? s.type.join(' | ') : (s.type ?? 'any')
  if (s['x-wangxun-ref']) return `${type} → ${s['x-wangxun-ref']}`
  return s.format ? `${type} (${s.format})` : type
}
export function contentText(content: Content | undefined): string {
  return Object.entries(content ?? {}).map(([media, c]) => (c.schema ? typeText(c.schema) : media)).join(', ')
}
/* The form that a schema leads to, through arrays and pages. */
export function formOf(s: JsonSchema | undefined): string {
  if (!s) return ''
  if (s.$ref) return nameOf(s.$ref)
  return formOf(s.items ?? s.properties?.items ?? s.anyOf?.[0] ?? s.allOf?.[0])
}
