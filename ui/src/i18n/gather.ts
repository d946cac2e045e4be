/* '../pages/NAME/zh.ts' -> { NAME: messages } */
export function gather(parts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parts).map(([path, m]) => [path.split('/').at(-2) as string, m]))
}
