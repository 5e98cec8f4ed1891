import type { Statement, StatementEntry, StatementMonth } from '@/shared/api/typesReports'
import { useFormat } from '@/shared/format/useFormat'
import { useText } from '@/shared/text/text'
import { amountOf, totalsOf } from './statement'
import css from './statement.module.css'
import { text } from './text'

const kindKeys = {
  earn: 'earn',
  redeem: 'redeem',
  expire: 'expire',
  adjust: 'adjust',
  reverse: 'reverse',
  opening: 'opening_',
  hold: 'hold',
  capture: 'capture',
  release: 'release',
  transfer: 'transfer',
  exchange: 'exchange',
  extend: 'extend',
  activate: 'activate',
} as const

/** The statement as it lies on paper: what the page shows is what is printed. */
export function Sheet({ statement }: { statement: Statement }) {
  const t = useText(text)
  const format = useFormat()
  const { from, to, scale } = statement
  return (
    <article className={css.sheet} data-sheet aria-label={t('paper', { asset: statement.asset_name })}>
      <header className={css.head}>
        <div>
          <p className={css.shop}>{statement.shop}</p>
          <h2 className={css.title}>{t('paper', { asset: statement.asset_name })}</h2>
        </div>
        <dl className={css.facts}>
          <Fact name={t('member')} value={statement.member_name || t('nameless')} />
          <Fact name={t('number')} value={statement.member_no} />
          <Fact name={t('period')} value={from === to ? from : t('until', { from, to })} />
          <Fact name={t('made')} value={format.minute(statement.made_at)} />
        </dl>
      </header>
      <Figures statement={statement} />
      {to === statement.current_month && <p className={css.note}>{t('running')}</p>}
      {statement.months.length > 1 && <Months months={statement.months} statement={statement} />}
      <Entries entries={statement.entries} scale={scale} />
      <p className={css.foot}>{t('foot', { zone: statement.timezone })}</p>
    </article>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function Figures({ statement: { opening, closing, months, scale } }: { statement: Statement }) {
  const t = useText(text)
  const sums = totalsOf(months)
  const figures = [
    [t('opening'), amountOf(opening, scale)],
    [t('in'), amountOf(sums.in, scale, true)],
    [t('out'), amountOf(sums.out, scale, true)],
    [t('expired'), amountOf(sums.expired, scale, true)],
    [t('adjusted'), amountOf(sums.adjusted, scale, true)],
    [t('closing'), amountOf(closing, scale)],
  ] as const
  return (
    <dl className={css.figures} aria-label={t('sums')}>
      {figures.map(([name, value], i) => (
        <div key={name} className={i === 0 || i === figures.length - 1 ? css.strong : undefined}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Months({ months, statement }: { months: readonly StatementMonth[]; statement: Statement }) {
  const t = useText(text)
  const { scale } = statement
  const sums = totalsOf(months)
  return (
    <section>
      <h3 className={css.part}>{t('byMonth')}</h3>
      <table className={`${css.table} ${css.byMonth}`} aria-label={t('byMonth')}>
        <thead>
          <tr>
            <th scope="col">{t('monthOf')}</th>
            {(['opening', 'in', 'out', 'expired', 'adjusted', 'closing'] as const).map((name) => (
              <th key={name} scope="col" className={css.right}>
                {t(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {months.map((m) => (
            <tr key={m.month}>
              <th scope="row">{m.month}</th>
              <td className={css.right}>{amountOf(m.opening, scale)}</td>
              {[m.in_total, m.out_total, m.expired, m.adjusted].map((amount, i) => (
                // The columns never change places.
                // oxlint-disable-next-line react/no-array-index-key
                <td key={i} className={css.right}>
                  {amountOf(amount, scale, true)}
                </td>
              ))}
              <td className={css.right}>{amountOf(m.closing, scale)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('total')}</th>
            <td className={css.right}>{amountOf(statement.opening, scale)}</td>
            <td className={css.right}>{amountOf(sums.in, scale, true)}</td>
            <td className={css.right}>{amountOf(sums.out, scale, true)}</td>
            <td className={css.right}>{amountOf(sums.expired, scale, true)}</td>
            <td className={css.right}>{amountOf(sums.adjusted, scale, true)}</td>
            <td className={css.right}>{amountOf(statement.closing, scale)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  )
}

function Entries({ entries, scale }: { entries: readonly StatementEntry[]; scale: number }) {
  const t = useText(text)
  const format = useFormat()
  const kindOf = (kind: string) => (kind in kindKeys ? t(kindKeys[kind as keyof typeof kindKeys]) : kind)
  return (
    <section>
      <h3 className={css.part}>
        {t('entries')}
        <small>{t('count', { count: entries.length })}</small>
      </h3>
      {entries.length === 0 && <p className={css.none}>{t('none')}</p>}
      {entries.length > 0 && (
        <table className={css.table} aria-label={t('entries')}>
          <thead>
            <tr>
              <th scope="col" className={css.when}>
                {t('when')}
              </th>
              <th scope="col">{t('why')}</th>
              <th scope="col" className={css.right}>
                {t('change')}
              </th>
              <th scope="col" className={css.right}>
                {t('after')}
              </th>
            </tr>
          </thead>
          <tbody>
            {entries.map((e) => (
              <tr key={e.id}>
                <td className={css.when}>{format.minute(e.recorded_at)}</td>
                <td>
                  <span className={css.kind}>{kindOf(e.kind)}</span>
                  {e.explanation}
                </td>
                <td className={css.right}>{amountOf(e.amount, scale, true)}</td>
                <td className={css.right}>{amountOf(e.balance_after, scale)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
