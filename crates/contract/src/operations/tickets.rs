//! Support tickets beyond the public contract: one's own, and how the operator's people work on them.

use crate::resources::service_request::{ServiceRequest, Ticket};

operations! {
    area "tickets" of Treuhand;

    /// Lists the support tickets that one's own organisation opened, the latest first.
    ListOwnServiceRequests "list-own-service-requests" Get "/treuhand/v1/servicerequests" ["status", "size", "offset"]
        in none by AppUser for TICKET_READERS; Read at Operator;
        takes nothing; gives [200] (collection ServiceRequest); served

    /// Lists tickets for the operator's support, those that wait longest first; without what people wrote.
    ListTickets "list-tickets" Get "/treuhand/v1/tickets" ["status", "size", "offset"]
        in none by AppUser for STAFF; Read at Operator;
        takes nothing; gives [200] (collection Ticket); served

    /// Reads a ticket for the operator's support, without what people wrote.
    GetTicket "get-ticket" Get "/treuhand/v1/tickets/{ticket-id}" []
        in none by AppUser for STAFF; Read at Operator;
        takes nothing; gives [200] (one Ticket); served

    /// Takes a ticket to work on it.
    TakeTicket "take-ticket" Post "/treuhand/v1/tickets/{ticket-id}/assignment" []
        in none by AppUser for STAFF; Act at Operator;
        takes nothing; gives [200] (one Ticket); served

    /// Sets where a ticket stands and how severe it is.
    ChangeTicket "change-ticket" Patch "/treuhand/v1/tickets/{ticket-id}" []
        in none by AppUser for STAFF; Change at Operator;
        takes (Ticket); gives [200] (one Ticket); served

    /// Adds the operator's answer to a ticket's thread: `newNote`, with a `status` if need be. It takes no release,
    /// because nothing is shown.
    AnswerTicket "answer-ticket" Post "/treuhand/v1/tickets/{ticket-id}/answers" []
        in none by AppUser for STAFF; Act at Composed;
        takes (ServiceRequest); gives [201] (one Ticket); served
}
