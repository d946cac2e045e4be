/*
 * Who may what, read from policy/roles.policy: the navigation is compared with the text of the
 * policy, not with what the server says of itself.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './office.mjs'

const lines = readFileSync(join(root, 'policy/roles.policy'), 'utf8').split('\n')
const kinds = readFileSync(join(root, 'src/model/record/records.def'), 'utf8')

export function rolesOf(operation) {
  const line = lines.find((l) => l.split(/\s+/)[0] === operation)
  if (!line) throw new Error(`policy/roles.policy has no ${operation}`)
  return line.split(/\s+/).slice(1).map((part) => part.split('=')[0])
}
export const may = (role, operation) => rolesOf(operation).some((r) => r === role || r === 'anyone' || r === 'public')

/* "unit" → "unit.read", from the record kinds' table. */
export function readRight(kind) {
  const line = kinds.split('\n').find((l) => new RegExp(`^[RM]\\(${kind},`).test(l))
  const operation = line?.match(/([A-Z_]+),\s*[A-Z_]+,\s*[A-Z_]+\)$/)?.[1].toLowerCase()
  if (!operation) return undefined
  const cut = operation.lastIndexOf('_')
  return `${operation.slice(0, cut)}.${operation.slice(cut + 1)}`
}
