//! Subscriptions, their upgrades, conversions and transitions.

use crate::resources::subscription::{
    Subscription, SubscriptionProvisioningStatus, SubscriptionRegistrationStatus, SupportContact,
};

operations! {
    area "subscriptions" of PartnerCenter;

    /// Lists a customer's subscriptions, all, of an order or of a partner.
    ListSubscriptions "list-subscriptions" Get "/v1/customers/{customer-id}/subscriptions" ["order_id", "mpn_id"]
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection Subscription); served

    /// Reads one subscription.
    GetSubscription "get-subscription" Get "/v1/customers/{customer-id}/subscriptions/{subscription-id}" []
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one Subscription); served

    /// Changes quantity, state, friendly name or renewal of a subscription.
    UpdateSubscription "update-subscription" Patch "/v1/customers/{customer-id}/subscriptions/{subscription-id}" []
        in all by Both for SELLERS; Change at Operator;
        takes (Subscription); gives [200, 202] (one Subscription); served

    /// Lists the add-ons of a subscription.
    ListSubscriptionAddons "list-subscription-addons" Get "/v1/customers/{customer-id}/subscriptions/{subscription-id}/addons" []
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection Subscription); served

    /// Lists the offers that a trial can become.
    ListTrialConversions "list-trial-conversions" Get "/v1/customers/{customer-id}/subscriptions/{subscription-id}/conversions" []
        in [Global] by AppUser for SELLERS; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Turns a trial into a paid subscription.
    ConvertTrialSubscription "convert-trial-subscription" Post "/v1/customers/{customer-id}/subscriptions/{subscription-id}/conversions" []
        in [Global] by AppUser for SELLERS; Act at Operator;
        takes later; gives [200] (one later); planned

    /// Lists the offers that a subscription can move up to.
    ListSubscriptionUpgrades "list-subscription-upgrades" Get "/v1/customers/{customer-id}/subscriptions/{subscription-id}/upgrades" []
        in all by Both for SELLERS; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Moves a subscription up to another offer.
    UpgradeSubscription "upgrade-subscription" Post "/v1/customers/{customer-id}/subscriptions/{subscription-id}/upgrades" []
        in all by Both for SELLERS; Act at Operator;
        takes later; gives [200] (one later); planned

    /// Says how far a subscription has been provisioned.
    GetSubscriptionProvisioningStatus "get-subscription-provisioning-status" Get "/v1/customers/{customer-id}/subscriptions/{subscription-id}/provisioningstatus" []
        in all by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (one SubscriptionProvisioningStatus); served

    /// Registers a subscription for reservations.
    RegisterSubscription "register-subscription" Post "/v1/customers/{customer-id}/subscriptions/{subscription-id}/registrations" []
        in [Global] by Both for SELLERS; Act at Operator;
        takes later; gives [202] nothing; planned

    /// Says how far the registration for reservations has come.
    GetSubscriptionRegistrationStatus "get-subscription-registration-status" Get "/v1/customers/{customer-id}/subscriptions/{subscription-id}/registrationstatus" []
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one SubscriptionRegistrationStatus); planned

    /// Says which reseller supports a subscription.
    GetSubscriptionSupportContact "get-subscription-support-contact" Get "/v1/customers/{customer-id}/subscriptions/{subscription-id}/supportcontact" []
        in [Global, Germany, UsGov] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (one SupportContact); served

    /// Names the reseller that supports a subscription.
    UpdateSubscriptionSupportContact "update-subscription-support-contact" Put "/v1/customers/{customer-id}/subscriptions/{subscription-id}/supportcontact" []
        in [Global, Germany, UsGov] by AppUser for HELPERS_AND_SELLERS; Change at Operator;
        takes (SupportContact); gives [200] (one SupportContact); served

    /// Lists what a subscription could become.
    ListTransitionEligibilities "list-transition-eligibilities" Get "/v1/customers/{customer-id}/subscriptions/{subscription-id}/transitioneligibilities" []
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Lists what has become of a subscription.
    ListTransitions "list-transitions" Get "/v1/customers/{customer-id}/subscriptions/{subscription-id}/transitions" []
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Moves a subscription to another product.
    CreateTransition "create-transition" Post "/v1/customers/{customer-id}/subscriptions/{subscription-id}/transitions" []
        in [Global] by Both for SELLERS; Create at Operator;
        takes later; gives [201] (one later); planned
}
