//! Devices and their configuration policies.

operations! {
    area "devices" of PartnerCenter;

    /// Lists a customer's device configuration policies.
    ListConfigurationPolicies "list-configuration-policies" Get "/v1/customers/{customer-id}/policies" []
        in [Global, Germany] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Creates a device configuration policy.
    CreateConfigurationPolicy "create-configuration-policy" Post "/v1/customers/{customer-id}/policies" []
        in [Global, Germany] by Both for HELPERS; Create at Operator;
        takes later; gives [200] (one later); planned

    /// Reads one device configuration policy.
    GetConfigurationPolicy "get-configuration-policy" Get "/v1/customers/{customer-id}/policies/{policy-id}" []
        in [Global, Germany] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Changes a device configuration policy.
    UpdateConfigurationPolicy "update-configuration-policy" Put "/v1/customers/{customer-id}/policies/{policy-id}" []
        in [Global, Germany] by Both for HELPERS; Change at Operator;
        takes later; gives [200] (one later); planned

    /// Deletes a device configuration policy.
    DeleteConfigurationPolicy "delete-configuration-policy" Delete "/v1/customers/{customer-id}/policies/{policy-id}" []
        in [Global, Germany] by Both for HELPERS; Delete at Operator;
        takes nothing; gives [204] nothing; planned

    /// Lists a customer's batches of devices.
    ListDeviceBatches "list-device-batches" Get "/v1/customers/{customer-id}/deviceBatches" []
        in [Global, Germany] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Uploads devices as a new batch.
    CreateDeviceBatch "create-device-batch" Post "/v1/customers/{customer-id}/deviceBatches" []
        in [Global, Germany] by AppUser for HELPERS; Create at Operator;
        takes later; gives [202] nothing; planned

    /// Lists the devices of a batch.
    ListDevices "list-devices" Get "/v1/customers/{customer-id}/deviceBatches/{devicebatch-id}/devices" ["size"]
        in [Global, Germany] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Uploads devices into a batch.
    AddDevicesToBatch "add-devices-to-batch" Post "/v1/customers/{customer-id}/deviceBatches/{devicebatch-id}/devices" []
        in [Global, Germany] by Both for HELPERS; Create at Operator;
        takes later; gives [202] nothing; planned

    /// Deletes a device.
    DeleteDevice "delete-device" Delete "/v1/customers/{customer-id}/deviceBatches/{devicebatch-id}/devices/{device-id}" []
        in [Global, Germany] by Both for HELPERS; Delete at Operator;
        takes nothing; gives [204] nothing; planned

    /// Assigns a configuration policy to devices.
    UpdateDevicesPolicy "update-devices-policy" Patch "/v1/customers/{customer-id}/DevicePolicyUpdates" []
        in [Global, Germany] by Both for HELPERS; Change at Operator;
        takes later; gives [202] nothing; planned

    /// Says how far a batch of devices has been worked through.
    GetBatchUploadStatus "get-batch-upload-status" Get "/v1/customers/{customer-id}/batchJobStatus/{batchtracking-id}" []
        in [Global, Germany] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned
}
