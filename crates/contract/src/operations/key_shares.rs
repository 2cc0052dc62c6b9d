//! Shares of the root key of the embedded key service. All at the trustee.

use crate::resources::key_share::ShareSet;

operations! {
    area "key-shares" of Trustee;

    /// Lists the sets of shares of the root key with their holders, the latest first.
    ListShareSets "list-share-sets" Get "/trustee/v1/key-shares" ["size", "offset"]
        in none by AppUser for INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (collection ShareSet); served

    /// Splits the root key among its holders, once a second officer asks for the same; the set before counts no more.
    CreateShareSet "create-share-set" Post "/trustee/v1/key-shares" []
        in none by AppUser for OFFICER; Create at Trustee;
        takes (ShareSet); gives [201] (one ShareSet); served
}
