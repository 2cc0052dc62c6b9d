//! The gateway's way to an operator zone in the same process, and the operator zone's own door.

use std::sync::{Arc, OnceLock};

use edge::{LinkError, LinkFuture, OperatorLink, OperatorRequest, Reach, Request, Response, Zone};
use operator::Operator;

/// A link to an operator zone that is opened after the trustee, whose public key it needs.
#[derive(Default)]
pub struct Late(OnceLock<Operator>);

impl Late {
    /// Names the operator zone. Only the first one counts.
    pub fn set(&self, operator: Operator) {
        let _ = self.0.set(operator); // set twice only by a mistake that changes nothing
    }
}

impl OperatorLink for Late {
    fn call(&self, request: OperatorRequest) -> LinkFuture<'_> {
        Box::pin(async move {
            match self.0.get() {
                Some(operator) => Ok(operator.handle(request).await),
                None => Err(LinkError::Unreachable("the operator zone is still starting".to_owned())),
            }
        })
    }

    fn reach(&self) -> Reach {
        Reach::SameProcess
    }
}

/// The operator zone behind a listener of its own.
pub struct OperatorDoor(pub Operator);

impl OperatorDoor {
    /// The door of this zone.
    pub fn new(operator: Operator) -> Arc<Self> {
        Arc::new(Self(operator))
    }
}

impl Zone for OperatorDoor {
    async fn handle(&self, request: Request) -> Response {
        self.0.handle(OperatorRequest::from_edge(request)).await.into()
    }
}
