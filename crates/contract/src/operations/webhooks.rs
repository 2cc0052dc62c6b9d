//! Webhooks of partners and of internal apps.

operations! {
    area "webhooks" of PartnerCenter;

    /// Lists the events a webhook can be told of.
    ListWebhookEvents "list-webhook-events" Get "/webhooks/v1/registration/events" []
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (array later); planned

    /// Registers the partner's webhook.
    CreateWebhookRegistration "create-webhook-registration" Post "/webhooks/v1/registration" []
        in all by Both for ADMINS; Create at Operator;
        takes later; gives [200] (one later); planned

    /// Reads the partner's webhook.
    GetWebhookRegistration "get-webhook-registration" Get "/webhooks/v1/registration" []
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Replaces the partner's webhook.
    UpdateWebhookRegistration "update-webhook-registration" Put "/webhooks/v1/registration" []
        in all by Both for ADMINS; Change at Operator;
        takes later; gives [200] (one later); planned

    /// Sends a test event to the partner's webhook.
    CreateValidationEvent "create-validation-event" Post "/webhooks/v1/registration/validationEvents" []
        in all by Both for ADMINS; Act at Operator;
        takes nothing; gives [200] (one later); planned

    /// Says how the delivery of a test event went.
    GetValidationEvent "get-validation-event" Get "/webhooks/v1/registration/validationEvents/{correlation-id}" []
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Reads an internal app's webhook.
    GetInternalAppRegistration "get-internal-app-registration" Get "/webhooks/v1/internalApp/registration" []
        in none by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Registers an internal app's webhook.
    CreateInternalAppRegistration "create-internal-app-registration" Post "/webhooks/v1/internalApp/registration" []
        in none by Both for ADMINS; Create at Operator;
        takes later; gives [200] (one later); planned

    /// Replaces an internal app's webhook.
    UpdateInternalAppRegistration "update-internal-app-registration" Put "/webhooks/v1/internalApp/registration" []
        in none by Both for ADMINS; Change at Operator;
        takes later; gives [200] (one later); planned

    /// Lists the events an internal app can be told of.
    ListInternalAppEvents "list-internal-app-events" Get "/webhooks/v1/internalApp/registration/events" []
        in none by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (array later); planned

    /// Sends a test event to an internal app's webhook.
    CreateInternalAppValidationEvent "create-internal-app-validation-event" Post "/webhooks/v1/internalApp/registration/validationEvents" []
        in none by Both for ADMINS; Act at Operator;
        takes nothing; gives [200] (one later); planned

    /// Says how the delivery of an internal app's test event went.
    GetInternalAppValidationEvent "get-internal-app-validation-event" Get "/webhooks/v1/internalApp/registration/validationEvents/{correlation-id}" []
        in none by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned
}
