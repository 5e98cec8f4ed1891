import type { MemberField } from '@/shared/api/types'

/** A row of the editor; parts of it may still be missing. */
export type FieldRow = Partial<MemberField>

/** The fields as the API takes them: only a choice has choices. */
export function fieldsBody(rows: readonly (FieldRow | undefined)[] | undefined): { items: MemberField[] } {
  return {
    items: (rows ?? []).map((row) => ({
      code: row?.code?.trim() ?? '',
      name: row?.name?.trim() ?? '',
      kind: row?.kind ?? 'text',
      ...(row?.kind === 'choice' ? { choices: row.choices ?? [] } : {}),
      required: row?.required ?? false,
    })),
  }
}

/** A code that no row has yet: field_1, field_2, … */
export function freeCode(rows: readonly (FieldRow | undefined)[] | undefined): string {
  const taken = new Set((rows ?? []).map((row) => row?.code))
  let n = 1
  while (taken.has(`field_${n}`)) n++
  return `field_${n}`
}

/** The names of fields in force that the rows no longer have. */
export function removed(before: readonly MemberField[], rows: readonly (FieldRow | undefined)[] | undefined): string[] {
  const kept = new Set((rows ?? []).map((row) => row?.code))
  return before.filter((field) => !kept.has(field.code)).map((field) => field.name)
}
