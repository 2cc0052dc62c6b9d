//! The operations this zone serves, as one table of type-erased handlers.
//!
//! A served operation of the contract that is missing here does not compile, nor does one that is listed
//! without an implementation of [`Serve`].

use contract::operation::{Home, Operation, Spec, first_unhandled, operations};
use contract::operations as op;
use contract::wire::ReplyBody;
use serde::de::DeserializeOwned;
use std::sync::LazyLock;
use store::Tx;

use crate::answer::Encoded;
use crate::dispatch::Raw;
use crate::serve::{Fault, Serve};
use crate::{Cx, Operator};

/// A handler behind one type.
pub(crate) type Handler = fn(&mut Tx, &Cx<'_>, &Raw) -> Result<Encoded, Fault>;

fn erased<O: Operation>(tx: &mut Tx, cx: &Cx<'_>, raw: &Raw) -> Result<Encoded, Fault>
where
    Operator: Serve<O>,
    O::Body: DeserializeOwned,
    O::Reply: ReplyBody,
{
    let answer = <Operator as Serve<O>>::serve(tx, cx, raw.input::<O::Body>()?)?;
    Ok(Encoded::of::<O>(answer)?)
}

macro_rules! handlers {
    ($($operation:ident),* $(,)?) => {
        /// What is handled, for the check below.
        const HANDLED: &[&Spec] = &[$(<op::$operation as Operation>::SPEC),*];
        /// The handlers, in the order of `HANDLED`.
        const HANDLERS: &[Handler] = &[$(erased::<op::$operation>),*];
    };
}

handlers! {
    // agreements
    ListAgreementMetadata, ListCustomerAgreements, ConfirmCustomerAgreement, GetAgreementTemplateDocument,
    GetAgreementText, RecordAcceptance,
    // audit
    ListAuditRecords, GetAuditRecord,
    // catalogue
    ListOffers, GetOffer, ListOfferAddons, ListOfferCategories,
    // customers
    ListCustomers, CreateCustomer, GetCustomer, GetCustomerCompanyProfile, GetCustomerBillingProfile,
    UpdateCustomerBillingProfile, RemoveResellerRelationship, DeleteSandboxCustomer,
    // enrolment
    CreateApplication, GetApplication, UpdateApplication, ListApplications, ApproveApplication, RejectApplication,
    ListPartnerAccounts, GetPartnerAccount, SuspendPartnerAccount, ReinstatePartnerAccount,
    // invoices
    ListInvoices, GetInvoice, GetAccountBalance, ListInvoiceSummaries, ListInvoiceLineItems,
    ListInvoiceLineItemsLegacy, GetInvoiceReconciliation, GetInvoiceExplanation,
    // orders
    CreateOrder, GetOrder, ListOrders, UpdateOrder,
    // partner profiles
    GetOrganizationProfile, UpdateOrganizationProfile, GetLegalBusinessProfile, UpdateLegalBusinessProfile,
    GetPartnerBillingProfile, UpdatePartnerBillingProfile, GetSupportProfile, UpdateSupportProfile, GetMpnProfile,
    // previews
    PreviewOrder, PreviewSubscriptionChange,
    // sandbox
    CreateSandboxAccount, GetClock, AdvanceClock, GetSandboxSettings, UpdateSandboxSettings,
    // subscriptions
    GetSubscription, ListSubscriptions, ListSubscriptionAddons, UpdateSubscription,
    GetSubscriptionProvisioningStatus, GetSubscriptionSupportContact, UpdateSubscriptionSupportContact,
    // tickets
    ListSupportTopics, ListCustomerServiceRequests, GetServiceRequest, UpdateServiceRequest, CreateServiceRequest,
    ListOwnServiceRequests, ListTickets, GetTicket, TakeTicket, ChangeTicket, AnswerTicket,
    // validations
    GetCountryValidationRules,
}

// The message is the id of the operation that has no handler here.
const _: () = if let Some(forgotten) = first_unhandled(Home::Trustee, HANDLED) {
    panic!("{}", forgotten)
};

/// The handlers in the order of the operation table.
static TABLE: LazyLock<Vec<Option<Handler>>> = LazyLock::new(|| {
    let of = |spec: &Spec| HANDLED.iter().position(|handled| handled.id == spec.id).map(|at| HANDLERS[at]);
    operations().iter().map(|spec| of(spec)).collect()
});

/// The handler of the operation at this place of the table; `None` when this zone does not serve it.
pub(crate) fn handler(index: usize) -> Option<Handler> {
    TABLE.get(index).copied().flatten()
}
