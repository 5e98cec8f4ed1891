/**
 * Nothing here runs. It is where the compiler compares the shapes that the pages
 * are written against with those of the API's own description (schema.d.ts, made
 * from openapi.json by `npm run api`): when the API moves away, the build fails
 * and names the shape.
 */
import type { components } from './schema'
import type * as t from './types'
import type * as r from './typesReports'

type Server = components['schemas']

/** An answer fits when everything the server may send is something that we expect. */
type Answer<Sent extends Expected, Expected> = Sent

/** The same where the description names a closed set of words as plain text. */
type Worded<Sent extends Wide<Expected>, Expected> = Sent

type Wide<T> = T extends string
  ? string
  : T extends readonly (infer Item)[]
    ? Wide<Item>[]
    : T extends object
      ? { [K in keyof T]: Wide<T[K]> }
      : T

/** A request fits when everything we may send is something that the server takes. */
type Request<Sent extends Taken, Taken> = Sent

export type Answers = [
  Worded<Server['MeOutputBody'], t.Me>,
  Answer<Server['AuthSessionView'], t.Session>,
  Answer<Server['AuthKeyView'], t.ApiKey>,
  Worded<Server['AuthStaffView'], t.Staff>,
  Answer<Server['MemberView'], t.Member>,
  Answer<Server['RevealOutputBody'], t.MemberInClear>,
  Answer<Server['MemberFieldView'], t.MemberField>,
  Answer<Server['MemberTagView'], t.MemberTag>,
  Answer<Server['MessageView'], t.Message>,
  Answer<Server['LedgerAccountView'], t.Account>,
  Answer<Server['LedgerEntryView'], t.Entry>,
  Answer<Server['LedgerBookEntryView'], t.BookEntry>,
  Answer<Server['LedgerPostingView'], t.Posting>,
  Answer<Server['LedgerDetailView'], t.PostingDetail>,
  Answer<Server['LedgerReversalView'], t.Reversal>,
  Answer<Server['LedgerBalanceView'], t.Balance>,
  Answer<Server['OrderHeadView'], t.OrderItem>,
  Worded<Server['OrderView'], t.Order>,
  Worded<Server['OrderRefundView'], t.OrderRefund>,
  Answer<Server['CheckoutQuoteView'], t.Quote>,
  Worded<Server['RefundView'], t.RefundAnswer>,
  Worded<Server['CheckoutReceiptView'], t.Receipt>,
  Answer<Server['CatalogView'], t.Product>,
  Answer<Server['CatalogCategoryView'], t.Category>,
  Worded<Server['EarningPolicyBody'], t.EarningPolicy>,
  Answer<Server['MerchantOffsetBody'], t.PointsOffset>,
  Answer<Server['MerchantDebtBody'], t.DebtPolicy>,
  Answer<Server['MerchantReceiptBody'], t.ReceiptSetting>,
  Answer<Server['MerchantMerchantBody'], t.MerchantSetting>,
  Answer<Server['StoreView'], t.Store>,
  Answer<Server['HomeOutputBody'], t.HomeReport>,
  Worded<Server['StatementOutputBody'], r.Statement>,
  Answer<Server['LiabilityOutputBody'], r.Liability>,
  Answer<Server['ProgrammeOutputBody'], r.Programme>,
  Answer<Server['AuditEventView'], t.AuditEvent>,
  Answer<Server['DemoView'], t.Demo>,
  Answer<Server['JobsOutputBody'], t.Jobs>,
  Answer<Server['UpkeepReplayView'], t.Replayed>,
]

export type Requests = [
  Request<Required<t.Setup>, Server['SetupInputBody']>,
  Request<t.NewMember, Server['EnrolInputBody']>,
  Request<t.QuoteRequest, Server['CheckoutQuoteBody']>,
  Request<t.NewOrder, Server['CheckoutSellBody']>,
]
