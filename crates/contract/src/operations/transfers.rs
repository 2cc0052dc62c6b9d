//! Moves between partners and to the Azure plan.

operations! {
    area "transfers" of PartnerCenter;

    /// Lists the transfers of a customer's subscriptions.
    ListTransfers "list-transfers" Get "/v1/customers/{customer-id}/transfers" []
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (array later); planned

    /// Asks to take over a customer's subscriptions from another partner.
    CreateTransfer "create-transfer" Post "/v1/customers/{customer-id}/transfers" []
        in [Global] by Both for SELLERS; Create at Composed;
        takes later; gives [201] (one later); planned

    /// Reads one transfer.
    GetTransfer "get-transfer" Get "/v1/customers/{customer-id}/transfers/{transfer-id}" []
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Agrees to hand subscriptions over.
    AcceptTransfer "accept-transfer" Post "/v1/customers/{customer-id}/transfers/{transfer-id}/accept" []
        in [Global] by Both for SELLERS; Act at Composed;
        takes later; gives [200] (one later); planned

    /// Refuses to hand subscriptions over.
    RejectTransfer "reject-transfer" Patch "/v1/customers/{customer-id}/transfers/{transfer-id}" []
        in [Global] by Both for SELLERS; Change at Composed;
        takes later; gives [200] (one later); planned

    /// Takes a request for a transfer back.
    WithdrawTransfer "withdraw-transfer" Delete "/v1/customers/{customer-id}/transfers/{transfer-id}" []
        in [Global] by Both for SELLERS; Delete at Composed;
        takes nothing; gives [204] nothing; planned

    /// Says which of a customer's subscriptions can be transferred.
    GetTransferEligibility "get-transfer-eligibility" Get "/v1/customers/{customer-id}/transferseligibility" ["transferType"]
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (array later); planned

    /// Says whether a customer can move to the Azure plan.
    GetProductUpgradeEligibility "get-product-upgrade-eligibility" Post "/v1/productUpgrades/eligibility" []
        in [Global] by AppUser for SELLERS; Read at Operator;
        takes later; gives [200] (one later); planned

    /// Starts moving a customer to the Azure plan.
    CreateProductUpgrade "create-product-upgrade" Post "/v1/productUpgrades" []
        in [Global] by AppUser for SELLERS; Act at Operator;
        takes later; gives [202] nothing; planned

    /// Says how far the move to the Azure plan has come.
    GetProductUpgradeStatus "get-product-upgrade-status" Post "/v1/productUpgrades/{upgrade-id}/status" []
        in [Global] by AppUser for SELLERS; Read at Operator;
        takes later; gives [200] (one later); planned
}
