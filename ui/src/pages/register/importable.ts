import type { SchemaKind } from '@/api/types'

/* Kinds that are taken from tables, as the server has it (src/api/import.c): what somebody may
 * add, and neither holds sealed words nor leads from state to state. */
export const canImport = (kind: SchemaKind, can: (right: string | undefined) => boolean) =>
  can('register.import') && !!kind.write_right && can(kind.write_right) &&
  !kind.fields.some((f) => f.sealed || (f.read_only && f.kind === 'enum'))
