//! What an author lets the operator's support read: one ticket's thread, until the author takes it back.

use crate::resources::ticket_release::{TicketOpening, TicketRelease, TicketWatch};

operations! {
    area "ticket-releases" of Trustee;

    /// Says whether a ticket's thread is released to the operator's support.
    GetTicketRelease "get-ticket-release" Get "/trustee/v1/tickets/{ticket-id}/release" []
        in none by AppUser for TICKET_WITNESSES; Read at Trustee;
        takes nothing; gives [200] (one TicketRelease); served

    /// Releases a ticket's thread to the operator's support, until it is taken back.
    ReleaseTicket "release-ticket" Post "/trustee/v1/tickets/{ticket-id}/release" []
        in none by AppUser for TICKET_WRITERS; Act at Trustee;
        takes nothing; gives [200] (one TicketRelease); served

    /// Takes the release of a ticket's thread back; afterwards nothing more of it is shown to the operator's support.
    RevokeTicketRelease "revoke-ticket-release" Delete "/trustee/v1/tickets/{ticket-id}/release" []
        in none by AppUser for TICKET_REVOKERS; Act at Trustee;
        takes nothing; gives [200] (one TicketRelease); served

    /// Lists what the operator's support opened of a ticket's thread under its releases.
    ListTicketOpenings "list-ticket-openings" Get "/trustee/v1/tickets/{ticket-id}/openings" []
        in none by AppUser for TICKET_INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (collection TicketOpening); served

    /// Watches a ticket's release: answers when it was used, given or taken back.
    WatchTicketRelease "watch-ticket-release" Get "/trustee/v1/tickets/{ticket-id}/watch" ["after"]
        in none by AppUser for TICKET_INSPECTORS; Read at Trustee;
        takes nothing; gives [200] (one TicketWatch); served
}
