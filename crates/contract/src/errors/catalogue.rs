//! Every code that the documentation lists, with its status and meaning.

use kernel::Code;

/// One documented code.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// The HTTP status it comes with; `None` where no page shows one.
    pub status: Option<u16>,
    /// What it means, in short.
    pub meaning: &'static str,
}

macro_rules! catalogue {
    ($($number:literal $status:tt $name:tt $meaning:literal)+) => {
        /// The documented codes by name.
        pub mod code {
            use kernel::Code;
            $(named!($number $name $meaning);)+
        }

        /// The documented codes in order. A few occur with two statuses.
        pub const CATALOGUE: &[Entry] = &[
            $(Entry { code: Code($number), status: status!($status), meaning: $meaning },)+
        ];
    };
}

macro_rules! named {
    ($number:literal _ $meaning:literal) => {};
    ($number:literal $name:ident $meaning:literal) => {
        #[doc = $meaning]
        pub const $name: Code = Code($number);
    };
}

macro_rules! status {
    (-) => {
        None
    };
    ($status:literal) => {
        Some($status)
    };
}

catalogue! {
    0 501 UNCLASSIFIED "unclassified failure"
    400 401 UNAUTHENTICATED "no access"
    1000 404 RESOURCE_MISSING "resource missing"
    2000 400 COMPLIANCE_BAD_ID "compliance: tenant id not a GUID, MPN id not numeric, or both ids sent"
    2001 400 SUSPENDED_QUANTITY "suspended subscription cannot change quantity; compliance: neither id sent"
    2002 400 QUANTITY_OUT_OF_RANGE "quantity outside the offer's range"
    2006 403 OFFER_NOT_FOR_PARTNER "partner may not sell the offer"
    2006 400 _ "offer's subscriptions cannot be updated"
    2007 400 ADDRESS_REJECTED "address rejected (nested JSON in description)"
    2011 400 SUBSCRIPTION_DELETED "deleted subscription cannot be updated"
    2012 400 SUBSCRIPTION_IDS_DIFFER "commerce and directory subscription ids do not map"
    2030 403 COUNTRY_NOT_ENROLLED "partner not enrolled in that country"
    2032 403 NO_ACCESS "no access"
    2054 400 BILLING_CYCLE_ON_ORDER "billing cycle must be changed on the order"
    2055 400 STALE_ETAG "stale ETag"
    2071 400 MPN_NOT_ADVISOR "MPN id is not an advisor"
    2072 404 MPN_IS_PROVIDER "indirect provider's MPN id cannot be partner on record"
    2085 403 OFFER_NOT_PURCHASABLE "offer not purchasable here"
    2091 403 OFFER_WITHDRAWN "offer withdrawn"
    2100 400 ITEM_IS_A_PRODUCT "item belongs to the products API, not offers"
    2200 400 COMPLIANCE_MPN_INVALID "compliance: MPN id invalid or not migrated"
    2201 400 COMPLIANCE_REGION "compliance: reseller region differs"
    2203 400 COMPLIANCE_MPN_NOT_SIGNED "compliance: MPN id has no signed agreement for the region"
    2204 400 COMPLIANCE_NO_RESELLER "compliance: MPN id has no indirect reseller account"
    2205 400 COMPLIANCE_TENANT_UNKNOWN "compliance: tenant unknown"
    2206 400 COMPLIANCE_TENANT_NOT_SIGNED "compliance: tenant has not signed"
    3000 400 BAD_PROPERTY "bad property; seen with 404 for an unknown MPN id"
    4018 400 ORDER_NOT_PROCESSABLE "order cannot be processed"
    6000 400 CYCLE_NEEDS_ACTIVE "cycle change needs active subscriptions"
    6001 400 TERM_NOT_OFFERED "an offer does not support that billing term"
    13_605 403 AGREEMENT_MISSING "customer agreement not confirmed or accepted"
    20_000 404 ORDER_MISSING "order missing"
    20_002 403 NO_COMMERCE_LINK "partner has no commerce link to the customer"
    20_003 404 SUBSCRIPTION_MISSING "subscription missing"
    27_006 400 OFFER_LIMIT "offer use limit passed"
    27_007 400 BAD_PROMOTION "bad promotion code"
    27_009 409 PARENT_NOT_ACTIVE "parent subscription not active"
    60_000 400 LICENCE_MIGRATION "licence migration failed"
    60_002 404 USER_MISSING "user missing"
    60_003 404 TENANT_MISSING "tenant missing"
    60_012 400 NO_FREE_LICENCE "no free licence"
    60_071 - ADDRESS_DETAIL "inner code of an address failure"
    400_013 404 PRODUCT_MISSING "product (or parent product) missing"
    400_018 404 SKU_MISSING "SKU missing"
    400_019 404 AVAILABILITY_MISSING "availability missing"
    400_030 403 SEGMENT_NOT_ALLOWED "targetSegment not allowed"
    400_036 403 VIEW_NOT_ALLOWED "targetView not allowed"
    600_002 400 REGISTRATION_NUMBER_NOT_ALLOWED "registration number not allowed for the country"
    600_039 404 POLICY_MISSING "self-serve policy missing"
    600_040 404 POLICY_ID_WRONG "self-serve policy id wrong"
    600_041 409 POLICY_EXISTS "self-serve policy exists"
    600_049 400 REGISTRATION_NUMBER_MISSING "registration number missing"
    600_050 400 REGISTRATION_NUMBER_FORMAT "registration number has the wrong format (pattern in text)"
    600_051 400 PHONE_MISSING "customer phone missing"
    600_061 - AGREEMENT_CONFIRMED "agreement already confirmed (status not shown)"
    800_001 401 NO_TOKEN "no partner token in context"
    800_002 400 BAD_INPUT "bad input"
    800_003 500 SERVICE_FAILURE "service failure"
    800_004 400 BAD_OFFER_ID "bad offer id"
    800_005 500 ORDER_CREATION_FAILED "order creation failed"
    800_007 404 PROVISIONING_MISSING "provisioning data missing"
    800_008 404 CART_MISSING "cart missing"
    800_009 400 CART_ITEM_ERROR "cart item in error"
    800_010 400 NO_STOCK "no stock for item"
    800_011 400 NOT_AZURE "not an Azure subscription"
    800_012 400 SUBSCRIPTION_NOT_ACTIVE "subscription not active"
    800_013 400 RESERVATIONS_NOT_ENABLED "subscription not enabled for reservations"
    800_014 409 ADJUSTMENT_PENDING "order adjustment already pending"
    800_015 404 MPN_MISSING "MPN id missing"
    800_016 400 MPN_NOT_RESELLER "MPN id is not an indirect reseller"
    800_017 400 QUANTITY_NOT_IN_STOCK "quantity not in stock"
    800_018 400 SANDBOX_LIMIT "sandbox limit reached"
    800_019 403 CANCEL_SOFTWARE_ONLY "production may cancel only software"
    800_020 403 ITEM_NOT_PURCHASABLE "item not purchasable"
    800_021 400 BAD_SUBSCRIPTION "bad subscription"
    800_022 400 ASK_SUPPORT "maybe eligible, contact support"
    800_023 403 CREDIT_LINE_LOW "credit line too low"
    800_024 400 NOT_ELIGIBLE "not eligible"
    800_025 400 CREDIT_LINE_LOW_FOR_ITEM "credit line too low"
    800_026 400 ITEM_NOT_ELIGIBLE "not eligible"
    800_027 403 QUANTITY_FIXED "item's quantity cannot change"
    800_028 403 TERM_WITHDRAWN "original term withdrawn"
    800_029 400 ADDON_MISFIT "add-on does not fit the parent"
    800_030 400 NOT_REGISTERED "subscription not registered"
    800_031 500 PURCHASE_SYSTEM "purchase system unsupported"
    800_036 417 PRECONDITION_FAILED "precondition failed"
    800_037 404 ASSET_MISSING "asset missing"
    800_038 404 NO_FUTURE_BILLING "asset has no future billing data"
    800_039 403 PROGRAMME_NOT_ACTIVE "reseller programme not active"
    800_040 400 STATUS_CHANGE_NOT_ALLOWED "asset status change not allowed"
    800_041 400 ALREADY_ACTIVATED "already activated"
    800_042 400 UNSUPPORTED "unsupported"
    800_043 403 PRICING_HIDDEN "pricing not visible to caller"
    800_060 409 ORDER_RUNNING "order already running"
    800_061 400 ORDER_NOT_CANCELLABLE "order cannot be cancelled"
    800_062 400 ORDER_NOT_ELIGIBLE "not eligible"
    800_063 400 SUSPEND_INSTEAD "suspend the subscriptions instead of cancelling the order"
    800_064 409 CART_BUSY "cart busy"
    800_065 400 CART_CHECKED_OUT "cart already checked out"
    800_066 403 TOO_MANY_SUBSCRIPTIONS "too many subscriptions for the customer"
    800_067 403 TOO_MANY_SEATS "too many seats for the subscription"
    800_068 403 TOO_MANY_AZURE "too many Azure subscriptions for the partner"
    800_069 403 RISK_CHECK_FAILED "risk check failed"
    800_070 400 OFFER_NOT_IN_COUNTRY "offer not sold in the country"
    800_071 400 LINE_NUMBER_RANGE "line item number out of range"
    800_072 400 CYCLE_NEEDS_SYNC "cycle change needs a completed sync"
    800_073 403 CUSTOMER_UNDER_REVIEW "customer under review"
    800_074 403 CUSTOMER_STILL_UNDER_REVIEW "customer under review"
    800_075 403 CUSTOMER_REJECTED "customer rejected by review"
    800_076 404 HISTORY_MISSING "subscription history missing"
    800_077 403 CANCEL_ON_SUBSCRIPTION "seat-based SaaS is cancelled on the subscription"
    800_078 400 TRANSFER_BAD_SUBSCRIPTION "transfer names a bad subscription"
    800_080 400 CYCLE_NEEDS_BILLING_LINK "cycle change needs a billing account link"
    800_081 400 ACTIVATE_FIRST "activate before updating"
    800_082 400 SUBSCRIPTION_NOT_READY "subscription not ready, retry"
    800_083 500 SEVERAL_INCLUDED_QUANTITIES "catalogue: several included quantities"
    800_084 500 DURATION_UNSUPPORTED "duration unsupported"
    800_085 400 CYCLE_DIFFERS "billing cycle differs from the order's"
    800_086 400 TENANT_TAGS "tenant lacks tags for the offer"
    800_087 500 LINE_FAULT "line item fault"
    800_088 403 ITEM_SEAT_LIMIT "seat limit of the catalogue item passed"
    800_089 403 ASSET_LIMIT "asset limit of the customer passed"
    800_090 400 NO_DECREASE "quantity cannot go down"
    800_091 400 SUSPENDED_NOT_UPDATABLE "suspended subscription cannot be updated"
    800_092 400 ASSURANCE_SEATS "Software Assurance seats cannot grow"
    800_093 400 AUTO_RENEW_NOT_POSSIBLE "auto-renew not possible"
    800_094 500 UPDATE_FAILED "subscription update failed"
    800_095 400 SEATS_FIXED "seat count fixed"
    800_096 400 STATUS_FIXED "status fixed"
    800_097 400 CYCLE_FIXED "billing cycle fixed"
    800_098 400 PARTNER_ON_RECORD_FIXED "partner on record fixed"
    900_100 404 TRANSFER_MISSING "transfer missing"
    900_101 409 TRANSFER_RUNNING "earlier transfer still running"
    900_102 400 TRANSFER_FINAL "transfer already in a final state"
    900_103 500 TRANSFER_ORDER_FAILED "transfer order failed"
    900_104 409 TRANSFER_BUSY "transfer busy"
    900_105 403 SUSPENDED_AZURE_BLOCKS_PLAN "suspended Azure subscriptions block the Azure plan"
    900_106 404 UPGRADE_MISSING "upgrade missing"
    900_107 400 UPGRADE_ITEM_MISSING "upgrade: Azure catalogue item missing"
    900_108 403 UPGRADE_NO_AZURE "upgrade: customer has no Azure subscription"
    900_109 409 UPGRADE_RUNNING "upgrade already running"
    900_110 400 UPGRADE_COMPLETE "upgrade already complete"
    900_111 400 UPGRADE_FOREIGN "upgrade id belongs to another customer"
    900_112 409 PURCHASE_UPGRADE_PENDING "purchase blocked, upgrade pending"
    900_113 409 PURCHASE_UPGRADE_RUNNING "purchase blocked, upgrade running"
    900_114 409 PURCHASE_UPGRADE_FAILED "purchase blocked, upgrade failed"
    900_115 403 PLAN_HAS_ACTIVE "Azure plan has active subscriptions, cannot suspend"
    900_116 400 SANDBOX_PLAN_LIMIT "sandbox Azure plan limit"
    900_117 400 CANCEL_WINDOW_OVER "cancellation window over"
    900_118 400 BAD_CUSTOMER_ID "bad customer id"
    900_119 403 UPGRADE_SHARED_SERVICES "upgrade not for shared services"
    900_120 403 UPGRADE_NOT_POSSIBLE "upgrade not possible"
    900_121 403 CREDIT_LIMIT_LOW "credit limit too low"
    900_122 404 ADVISOR_QUOTE_MISSING "advisor quote missing"
    900_123 403 RESELLER_NOT_SIGNED "reseller has not accepted the partner agreement"
    900_124 403 PARTNER_NOT_SIGNED "own company has not accepted the partner agreement"
    900_125 400 ADVISOR_DATA_MISSING "advisor data missing in context"
    900_126 400 UNKNOWN_ENUM "unknown enum text"
    900_127 400 NOT_IN_ENVIRONMENT "not in this environment"
    900_128 400 METERED_NEEDS_PLAN "metered SaaS needs an Azure plan"
    900_129 400 PLAN_UNKNOWN "Azure plan id unknown or without active subscription"
    900_130 403 AZURE_TOO_NEW "Azure subscription too new to move"
    900_131 400 TRANSFER_LEGACY_AZURE "transfer blocked by legacy Azure"
    900_132 400 TRANSFER_PLAN_NOT_ACTIVE "transfer: Azure plan not active"
    900_133 400 TRANSFER_NO_PLAN "transfer: no Azure plan"
    900_134 400 TRANSFER_PLAN_NOT_PURCHASABLE "transfer: Azure plan not purchasable"
    900_135 500 TRANSFER_START_FAILED "transfer start failed, retry"
    900_136 400 TRANSFER_SOURCE_MISSING "transfer: source partner details missing"
    900_137 403 TRANSFER_NOT_ENABLED "transfer: partner not enabled"
    900_138 403 TRANSFER_OTHER_CLOUD "transfer: partner's national cloud unsupported"
    900_139 403 TRANSFER_EXCLUDES_AZURE "transfer must exclude Azure"
    900_140 404 NO_DIRECTORY_SUBSCRIPTIONS "no directory subscriptions for the tenant and source id"
    900_141 400 TRANSFER_UNSUPPORTED "unsupported"
    900_142 400 ITEM_ID_MISSING "catalogue item id missing"
    900_143 400 AVAILABILITIES_UNREADABLE "availabilities could not be read"
    900_144 400 PROVISIONING_SKU_MISSING "provisioning SKU id missing"
    900_145 400 TRANSFER_RESERVATIONS "transfer blocked by reservations"
    900_146 400 TRANSFER_MARKETPLACE "transfer blocked by marketplace products"
    900_147 400 DOMAIN_NOT_PARTNERS "domain not the partner's"
    900_148 400 TRANSFER_TO_SELF "transfer source equals requester"
    900_149 403 PROGRAMME_INACTIVE "programme not active"
    900_150 403 ROLE_LACKS_RIGHT "caller's role lacks the right"
}
