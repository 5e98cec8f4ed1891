import { Button, Drawer, Form, Input, Select } from 'antd'
import type { UrlState } from '@/shared/app/urlState'
import { useText } from '@/shared/text/text'
import { words } from '@/shared/text/words'
import { DateField } from './fields'
import type { Filter, SetState } from './filters'
import form from './form.module.css'

/** All the ways to narrow the list, in a drawer; nothing changes before they are applied. */
export default function FilterDrawer(props: { filters: readonly Filter[]; state: UrlState; open: boolean; close: () => void; apply: SetState }) {
  const t = useText(words)
  const [fields] = Form.useForm<Record<string, string | undefined>>()
  const names = props.filters.flatMap((filter) => (filter.kind === 'dates' ? ['from', 'to'] : [filter.name]))
  const apply = () => {
    const values = fields.getFieldsValue()
    props.apply(Object.fromEntries(names.map((name) => [name, values[name]?.trim() ?? ''])))
    props.close()
  }
  return (
    <Drawer
      open={props.open}
      onClose={props.close}
      size={400}
      title={t('filter')}
      destroyOnHidden
      footer={
        <div className={form.foot}>
          <Button onClick={() => fields.setFieldsValue(Object.fromEntries(names.map((name) => [name, undefined])))}>
            {t('filterClear')}
          </Button>
          <Button type="primary" onClick={apply}>
            {t('filterApply')}
          </Button>
        </div>
      }
    >
      <Form
        form={fields}
        layout="vertical"
        clearOnDestroy
        onFinish={apply}
        initialValues={Object.fromEntries(names.map((name) => [name, props.state[name] || undefined]))}
      >
        {props.filters.map((filter) =>
          filter.kind === 'dates' ? (
            <Form.Item key="dates" label={filter.label}>
              <div className={form.row}>
                <Form.Item name="from" noStyle>
                  <DateField placeholder={t('from')} />
                </Form.Item>
                <Form.Item name="to" noStyle>
                  <DateField placeholder={t('to')} />
                </Form.Item>
              </div>
            </Form.Item>
          ) : (
            <Form.Item key={filter.name} name={filter.name} label={filter.label}>
              {filter.kind === 'field' ? (
                filter.field
              ) : filter.kind === 'choice' ? (
                <Select allowClear placeholder={t('all')} options={[...filter.options]} showSearch={{ optionFilterProp: 'label' }} />
              ) : (
                <Input allowClear placeholder={filter.placeholder} />
              )}
            </Form.Item>
          ),
        )}
        <button type="submit" hidden aria-hidden="true" tabIndex={-1} />
      </Form>
    </Drawer>
  )
}
