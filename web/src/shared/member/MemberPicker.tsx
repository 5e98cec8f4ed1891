import { Select } from 'antd'
import { useEffect, useState } from 'react'
import { useApi } from '@/shared/api/query'
import type { List, Member } from '@/shared/api/types'
import { useText } from '@/shared/text/text'
import type { FieldProps } from '@/shared/ui/fields'
import { useMember } from './useMember'
import { text } from './text'

const pause = 250

/** What a member is called where only one line has room. */
export function memberLine(member: Pick<Member, 'name' | 'phone' | 'member_no'>): string {
  return [member.name, member.phone, member.member_no].filter(Boolean).join(' · ')
}

/** A field that finds a member; the form holds the member's id. */
export function MemberPicker({ id, value, onChange, disabled, placeholder, autoFocus }: FieldProps<string> & { autoFocus?: boolean }) {
  const t = useText(text)
  const [typed, setTyped] = useState('')
  const [q, setQ] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), pause)
    return () => clearTimeout(timer)
  }, [typed])
  const found = useApi<List<Member>>('/members', { query: { q, limit: 10 } }, { enabled: q !== '' })
  const chosen = useMember(value)
  const members = q === '' ? [] : (found.data?.items ?? [])
  const options = members.map((member) => ({ value: member.id, label: memberLine(member) }))
  if (chosen.data && !options.some((option) => option.value === chosen.data?.id)) {
    options.unshift({ value: chosen.data.id, label: memberLine(chosen.data) })
  }
  const note = typed === '' ? t('begin') : found.isFetching || q !== typed.trim() ? t('searching') : t('none')
  return (
    <Select<string>
      id={id}
      value={value || undefined}
      onChange={(next: string | undefined) => {
        setTyped('')
        onChange?.(next)
      }}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      autoFocus={autoFocus}
      allowClear
      disabled={disabled}
      placeholder={placeholder ?? t('find')}
      options={q === '' && !value ? [] : options}
      notFoundContent={note}
    />
  )
}
