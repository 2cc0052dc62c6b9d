//! Texts to read and to keep.

operations! {
    area "documents" of Treuhand;

    /// Gives an agreement's text to whoever may have to accept it.
    GetAgreementText "get-agreement-text" Get "/treuhand/v1/agreementtemplates/{agreement-template-id}/text" ["language"]
        in none by Both for READERS; Read at Operator;
        takes nothing; gives [200] bytes; served
}
