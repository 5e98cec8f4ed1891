import { AutoComplete, Button, Form } from 'antd'
import { useApi } from '@/shared/api/query'
import type { Category, List } from '@/shared/api/types'
import { Icon } from '@/shared/icons/Icon'
import { useSession } from '@/shared/session/session'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { MoneyField, WholeField } from '@/shared/ui/fields'
import { IconButton } from '@/shared/ui/IconButton'
import css from './settings.module.css'
import { text } from './text'

/** The rates of single categories, one a row. */
export function CategoryRates() {
  const t = useText(text)
  const w = useText(words)
  const { can } = useSession()
  const form = Form.useFormInstance()
  const categories = useApi<List<Category>>('/categories')
  const required = { required: true, message: w('required') }
  const once = {
    validator: (_: unknown, typed: string | undefined) => {
      const all = (form.getFieldValue('categories') ?? []) as ({ category?: string } | undefined)[]
      const same = all.filter((rate) => rate?.category?.trim().toLowerCase() === typed?.trim().toLowerCase())
      return typed && same.length > 1 ? Promise.reject(new Error(t('categoryTwice'))) : Promise.resolve()
    },
  }
  return (
    <Form.Item label={t('categories')} extra={t('categoriesHelp')}>
      <Form.List name="categories">
        {(rows, { add, remove }) => (
          <div className={css.rates}>
            {rows.map((row) => (
              <div key={row.key} className={css.rateRow}>
                <Form.Item name={[row.name, 'category']} rules={[{ ...required, whitespace: true }, once]} className={css.rateCategory}>
                  <AutoComplete
                    aria-label={t('category')}
                    placeholder={t('category')}
                    maxLength={40}
                    showSearch={{ filterOption: (typed, option) => String(option?.value ?? '').toLowerCase().includes(typed.toLowerCase()) }}
                    options={(categories.data?.items ?? []).map(({ name }) => ({ value: name, label: name }))}
                  />
                </Form.Item>
                <span>{t('rateBefore')}</span>
                <Form.Item name={[row.name, 'per_amount']} rules={[required, { type: 'number', min: 1, message: t('positiveAmount') }]}>
                  <MoneyField label={t('rateAmount')} placeholder={t('rateAmount')} />
                </Form.Item>
                <span>{t('rateBetween')}</span>
                <Form.Item name={[row.name, 'points']} rules={[required]}>
                  <WholeField label={t('ratePoints')} min={0} max={1_000_000} placeholder={t('ratePoints')} />
                </Form.Item>
                <span>{t('rateAfter')}</span>
                <IconButton icon="trash" label={t('removeCategory')} disabled={!can('setting.write')} onClick={() => remove(row.name)} />
              </div>
            ))}
            <Button icon={<Icon name="plus" size={16} />} onClick={() => add({ per_amount: form.getFieldValue('per_amount') as number, points: undefined })}>
              {t('addCategory')}
            </Button>
          </div>
        )}
      </Form.List>
    </Form.Item>
  )
}
