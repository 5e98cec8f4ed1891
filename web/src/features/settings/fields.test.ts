import { expect, it } from 'vitest'
import { fieldsBody, freeCode, removed } from './fields'

it('only a choice has choices', () => {
  expect(fieldsBody([{ code: ' shoe ', name: '鞋码', kind: 'choice', choices: ['40'] }, { code: 'note', name: '备注', kind: 'text', choices: ['x'], required: true }, undefined])).toEqual({
    items: [
      { code: 'shoe', name: '鞋码', kind: 'choice', choices: ['40'], required: false },
      { code: 'note', name: '备注', kind: 'text', required: true },
      { code: '', name: '', kind: 'text', required: false },
    ],
  })
})

it('a new row gets a code of its own', () => {
  expect(freeCode([])).toBe('field_1')
  expect(freeCode([{ code: 'field_1' }, { code: 'field_3' }, undefined])).toBe('field_2')
})

it('what will be removed is named', () => {
  const before = [
    { code: 'a', name: '甲', kind: 'text' as const },
    { code: 'b', name: '乙', kind: 'date' as const },
  ]
  expect(removed(before, [{ code: 'b' }])).toEqual(['甲'])
})
